// What routers of every kind promise on a real cluster, in a namespace as a team has it: a third
// Service with a rule of its own, annotations of others, and changes by others in between.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "adapters/traffic/router_table.h"
#include "contract/contract_cluster.h"
#include "spec/policy/policy_yaml.h"
#include "support/process.h"
#include "support/rollout_objects.h"
#include "support/route_shape.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

class EveryRouterContractTest : public ::testing::TestWithParam<const char*> {
 protected:
  EveryRouterContractTest() {
    RolloutSettings settings;
    settings.route_kind = GetParam();
    const auto policy =
        spec::PolicyFromJson(PolicyObject(settings, objects_.ns(), "http://prometheus:9090"));
    EXPECT_TRUE(policy.has_value()) << policy.error().message;
    if (policy) route_ = policy->routes.front();
  }

  // Everything but the policy.
  void CreateAll() {
    for (const char* const name : {kDeployment, kCanaryDeployment}) {
      Create("/apis/apps/v1/namespaces/" + objects_.ns() + "/deployments",
             DeploymentObject(name, name == std::string(kDeployment) ? 3 : 0, {}));
    }
    for (const auto& [collection, object] : shape_.Objects(objects_.ns())) {
      Create(collection, object);
    }
    if (!shape_.CountsPods()) return;
    // The cluster writes to a new Deployment, too.
    ASSERT_TRUE(Await(
        [&] {
          const json object = Weighted();
          return object.value("/status/observedGeneration"_json_pointer, 0) ==
                 object.value("/metadata/generation"_json_pointer, 1);
        },
        30s, 20ms));
  }
  void Create(const std::string& collection, const json& object) {
    const auto created = Cluster().client().Create(collection, object);
    ASSERT_TRUE(created.has_value()) << created.error().message;
  }

  json Weighted() {
    const auto object = Cluster().client().Get(shape_.Path(objects_.ns()));
    EXPECT_TRUE(object.has_value()) << object.error().message;
    return object.value_or(json());
  }
  core::RouteView Observe(const std::vector<int>& weights = {}) {
    std::vector<core::Step> steps;
    for (const int weight : weights) steps.emplace_back().weight_percent = weight;
    const auto view = router_->Observe(objects_.ns(), route_, steps);
    EXPECT_TRUE(view.has_value()) << view.error().message;
    return view.value_or(core::RouteView{});
  }
  // As the controller does, who checks again after a conflict with the cluster's own writes.
  template <typename Write>
  void UntilNoConflict(Write write) {
    ASSERT_TRUE(Await(
        [&] {
          const auto written = write();
          if (!written && written.error().code == ports::ErrorCode::kConflict) return false;
          EXPECT_TRUE(written.has_value()) << written.error().message;
          return true;
        },
        30s, 5ms));
  }
  void Move(int percent) {
    UntilNoConflict(
        [&] { return router_->SetWeights(objects_.ns(), route_, percent, std::nullopt); });
  }

  NamespaceObjects objects_{"every-router"};
  const RouteShape& shape_ = ShapeOf(GetParam());
  std::unique_ptr<ports::TrafficRouter> router_ =
      adapters::traffic::MakeTrafficRouter(Cluster().client());
  core::Route route_;
};

TEST_P(EveryRouterContractTest, AnAbsentRouteIsPartOfTheViewAndCannotBeMoved) {
  EXPECT_FALSE(Observe().exists);
  EXPECT_EQ(Observe().name, kRoute);
  const auto moved = router_->SetWeights(objects_.ns(), route_, 10, std::nullopt);
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().code, ports::ErrorCode::kNotFound);
}

TEST_P(EveryRouterContractTest, WhatIsWrittenIsWhatIsSeen) {
  CreateAll();
  EXPECT_EQ(Observe({10, 25, 50}).canary_percent, 0);
  EXPECT_EQ(Observe({10, 25, 50}).problem, "");
  for (const int percent : {10, 25, 50, 10, 0}) {
    Move(percent);
    EXPECT_EQ(Observe().canary_percent, percent);
    EXPECT_EQ(shape_.Percent(Weighted()), percent);
  }
}

TEST_P(EveryRouterContractTest, NothingIsWrittenTwice) {
  CreateAll();
  Move(25);
  const json before = Weighted();
  Move(25);
  const json after = Weighted();
  EXPECT_EQ(after["metadata"]["generation"], before["metadata"]["generation"]);
  EXPECT_EQ(after["metadata"]["annotations"], before["metadata"]["annotations"]);
  if (!shape_.CountsPods()) {
    EXPECT_EQ(after, before);
  }
}

TEST_P(EveryRouterContractTest, OnlyTheVersionThatWasSeenIsRaised) {
  CreateAll();
  const std::string first = Observe().version;
  Move(25);
  Move(10);
  const auto late = router_->SetWeights(objects_.ns(), route_, 25, first);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ports::ErrorCode::kConflict);
  EXPECT_EQ(Observe().canary_percent, 10);
  UntilNoConflict(
      [&] { return router_->SetWeights(objects_.ns(), route_, 25, Observe().version); });
  EXPECT_EQ(Observe().canary_percent, 25);
  UntilNoConflict([&] { return router_->SetWeights(objects_.ns(), route_, 10, first); });
  EXPECT_EQ(Observe().canary_percent, 10);
}

TEST_P(EveryRouterContractTest, WhatOthersWroteInBetweenStays) {
  CreateAll();
  Move(10);
  for (int round = 1; round <= 4; ++round) {
    const auto touched =
        Cluster().client().JsonPatch(shape_.Path(objects_.ns()), shape_.Touch(round));
    ASSERT_TRUE(touched.has_value()) << touched.error().message;
    Move(10 + round);
    EXPECT_EQ(shape_.WithoutWeights(Weighted()), shape_.WithoutWeights(*touched));
  }
}

TEST_P(EveryRouterContractTest, SomebodyElsesWeightIsSeenAndTakenBack) {
  CreateAll();
  Move(50);
  const json moved = Weighted();
  Move(10);
  UntilNoConflict([&] {
    json theirs = moved;
    theirs["metadata"]["resourceVersion"] = Weighted()["metadata"]["resourceVersion"];
    return Cluster().client().Replace(shape_.Path(objects_.ns()), theirs);
  });
  EXPECT_EQ(Observe().canary_percent, 50);
  Move(10);
  EXPECT_EQ(Observe().canary_percent, 10);
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryRouterContractTest,
                         ::testing::Values("HTTPRoute", "GRPCRoute", "VirtualService", "Ingress",
                                           "Service"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace slogate::testing
