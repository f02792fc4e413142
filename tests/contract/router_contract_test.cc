// What every TrafficRouter promises, held against the one in memory and the one on a real cluster.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/traffic/router_table.h"
#include "contract/contract_cluster.h"
#include "contract/policies.h"
#include "support/fakes.h"

namespace slogate::testing {
namespace {

using nlohmann::json;

// A place where one route can live.
class RouteWorld {
 public:
  virtual ~RouteWorld() = default;
  virtual ports::TrafficRouter& router() = 0;
  virtual std::string ns() const = 0;
  // Creates the route with a rule per pair of weights (canary, baseline).
  virtual void Create(const std::vector<std::pair<int, int>>& rules) = 0;
  virtual std::vector<std::pair<int, int>> Weights() = 0;
  // The parents take over the route as it is now.
  virtual void Accept() = 0;
  // From now on changes stay unaccepted until Accept.
  virtual void HoldAcceptance() = 0;
  // Changes with every write.
  virtual std::string Version() = 0;
};

class MemoryRouteWorld : public RouteWorld {
 public:
  ports::TrafficRouter& router() override { return router_; }
  std::string ns() const override { return "shop"; }
  void Create(const std::vector<std::pair<int, int>>& rules) override {
    router_.Put(ns(), kContractRoute, {.rules = rules, .accepted = false, .problem = {}});
  }
  std::vector<std::pair<int, int>> Weights() override {
    return router_.Find(ns(), kContractRoute)->rules;
  }
  void Accept() override {
    router_.Edit(ns(), kContractRoute, [](auto& route) { route.accepted = true; });
  }
  void HoldAcceptance() override {
    router_.Edit(ns(), kContractRoute, [](auto& route) { route.accepts_writes = false; });
  }
  std::string Version() override { return std::to_string(router_.written().size()); }

 private:
  demo::MemoryRouter router_;
};

class KubeRouteWorld : public RouteWorld {
 public:
  ports::TrafficRouter& router() override { return *router_; }
  std::string ns() const override { return objects_.ns(); }
  void Create(const std::vector<std::pair<int, int>>& rules) override {
    json list = json::array();
    for (const auto& [canary, baseline] : rules) {
      list.push_back({{"backendRefs", json::array({Backend(kContractBaselineService, baseline),
                                                   Backend("archive", 7),
                                                   Backend(kContractCanaryService, canary)})}});
    }
    objects_.Create({{"apiVersion", kApi},
                     {"kind", "HTTPRoute"},
                     {"metadata", {{"name", kContractRoute}}},
                     {"spec", {{"parentRefs", {{{"name", "public"}}}}, {"rules", list}}}});
  }
  std::vector<std::pair<int, int>> Weights() override {
    std::vector<std::pair<int, int>> weights;
    const json route = Route();
    for (const json& rule : route["spec"]["rules"]) {
      weights.emplace_back(rule["backendRefs"][2]["weight"], rule["backendRefs"][0]["weight"]);
    }
    return weights;
  }
  void Accept() override {
    json route = Route();
    const auto condition = [&](const char* type) {
      return json{{"type", type},
                  {"status", "True"},
                  {"reason", type},
                  {"message", "taken over"},
                  {"observedGeneration", route["metadata"]["generation"]},
                  {"lastTransitionTime", "2026-01-01T00:00:00Z"}};
    };
    route["status"] = {
        {"parents",
         json::array(
             {{{"controllerName", "test.slogate.dev/gateway"},
               {"parentRef", {{"name", "public"}}},
               {"conditions", json::array({condition("Accepted"), condition("ResolvedRefs")})}}})}};
    objects_.WriteStatus(route);
  }
  void HoldAcceptance() override {}  // nobody accepts here unless reported
  std::string Version() override { return Route()["metadata"]["resourceVersion"]; }

 private:
  static constexpr const char* kApi = "gateway.networking.k8s.io/v1";

  static json Backend(const char* service, int weight) {
    return {{"name", service}, {"port", 80}, {"weight", weight}};
  }
  json Route() { return objects_.Get(kApi, "HTTPRoute", kContractRoute); }

  NamespaceObjects objects_{"router"};
  std::unique_ptr<ports::TrafficRouter> router_ =
      adapters::traffic::MakeTrafficRouter(Cluster().client());
};

class RouterContractTest : public ::testing::TestWithParam<const char*> {
 protected:
  RouterContractTest() {
    if (std::string(GetParam()) == "Memory") {
      world_ = std::make_unique<MemoryRouteWorld>();
    } else {
      world_ = std::make_unique<KubeRouteWorld>();
    }
    route_.name = kContractRoute;
    route_.canary_service = kContractCanaryService;
    route_.baseline_service = kContractBaselineService;
  }

  core::RouteView Observe(const std::vector<int>& weights = {}) {
    std::vector<core::Step> steps;
    for (const int weight : weights) steps.emplace_back().weight_percent = weight;
    const auto view = world_->router().Observe(world_->ns(), route_, steps);
    EXPECT_TRUE(view.has_value()) << view.error().message;
    return view.value_or(core::RouteView{});
  }
  ports::Result<void> SetWeights(int percent,
                                 const std::optional<std::string>& version = std::nullopt) {
    return world_->router().SetWeights(world_->ns(), route_, percent, version);
  }

  std::unique_ptr<RouteWorld> world_;
  core::Route route_;
};

TEST_P(RouterContractTest, AnAbsentRouteIsPartOfTheView) {
  const core::RouteView view = Observe();
  EXPECT_EQ(view.name, kContractRoute);
  EXPECT_FALSE(view.exists);
  EXPECT_EQ(view.canary_percent, std::nullopt);
}

TEST_P(RouterContractTest, WeightsOfAnAbsentRouteAreNotFound) {
  const auto moved = SetWeights(10);
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().code, ports::ErrorCode::kNotFound);
}

TEST_P(RouterContractTest, ReportsTheCanarysShareOfThePair) {
  world_->Create({{50, 150}});
  const core::RouteView view = Observe();
  EXPECT_TRUE(view.exists);
  EXPECT_EQ(view.canary_percent, 25);
  EXPECT_EQ(view.problem, "");
}

TEST_P(RouterContractTest, RulesThatDisagreeHaveNoShare) {
  world_->Create({{10, 90}, {20, 80}});
  EXPECT_EQ(Observe().canary_percent, std::nullopt);
}

TEST_P(RouterContractTest, EveryRuleMovesAndKeepsItsSum) {
  world_->Create({{0, 100}, {0, 1000}});
  ASSERT_TRUE(SetWeights(30).has_value());
  EXPECT_EQ(world_->Weights(), (std::vector<std::pair<int, int>>{{30, 70}, {300, 700}}));
  EXPECT_EQ(Observe().canary_percent, 30);
}

TEST_P(RouterContractTest, WeightsThatAreRightAreNotWritten) {
  world_->Create({{0, 100}});
  ASSERT_TRUE(SetWeights(30).has_value());
  const std::string version = world_->Version();
  ASSERT_TRUE(SetWeights(30).has_value());
  EXPECT_EQ(world_->Version(), version);
}

TEST_P(RouterContractTest, OnlyTheVersionThatWasSeenIsRaised) {
  world_->Create({{0, 100}});
  const std::string seen = Observe().version;
  ASSERT_TRUE(SetWeights(50, seen).has_value());
  EXPECT_NE(Observe().version, seen);
  ASSERT_TRUE(SetWeights(20, Observe().version).has_value());
  const auto late = SetWeights(50, seen);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ports::ErrorCode::kConflict);
  EXPECT_EQ(Observe().canary_percent, 20);
  ASSERT_TRUE(SetWeights(20, seen).has_value()) << "it is there already";
  ASSERT_TRUE(SetWeights(10, seen).has_value()) << "any version is lowered";
  EXPECT_EQ(Observe().canary_percent, 10);
}

TEST_P(RouterContractTest, RulesThatDisagreeAreRaisedOnlyAsTheyWereSeen) {
  world_->Create({{0, 100}, {50, 50}});
  const auto late = SetWeights(20, "an earlier version");
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ports::ErrorCode::kConflict);
  ASSERT_TRUE(SetWeights(20, Observe().version).has_value());
  EXPECT_EQ(Observe().canary_percent, 20);
}

TEST_P(RouterContractTest, AChangedRouteIsNotAcceptedUntilItsParentsSaySo) {
  world_->Create({{0, 100}});
  EXPECT_FALSE(Observe().accepted);
  world_->Accept();
  EXPECT_TRUE(Observe().accepted);
  world_->HoldAcceptance();
  ASSERT_TRUE(SetWeights(30).has_value());
  EXPECT_FALSE(Observe().accepted);
  world_->Accept();
  EXPECT_TRUE(Observe().accepted);
}

TEST_P(RouterContractTest, ASumThatCannotExpressAStepIsAProblem) {
  world_->Create({{0, 10}});
  EXPECT_EQ(Observe({10, 50}).problem, "");
  EXPECT_NE(Observe({10, 25}).problem, "");
}

TEST_P(RouterContractTest, AShareThatCannotBeExpressedIsRefusedAndChangesNothing) {
  world_->Create({{0, 100}, {0, 10}});
  const auto moved = SetWeights(25);
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().code, ports::ErrorCode::kInvalidArgument);
  EXPECT_EQ(world_->Weights(), (std::vector<std::pair<int, int>>{{0, 100}, {0, 10}}));
}

INSTANTIATE_TEST_SUITE_P(Routers, RouterContractTest, ::testing::Values("Memory", "Kube"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace slogate::testing
