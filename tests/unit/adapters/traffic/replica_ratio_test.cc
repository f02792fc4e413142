#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "adapters/traffic/router_table.h"
#include "support/http_server.h"

namespace slogate::adapters::traffic {
namespace {

using nlohmann::json;
using slogate::testing::HttpExchange;
using slogate::testing::HttpRequest;
using slogate::testing::HttpServer;

constexpr const char* kService = "/api/v1/namespaces/shop/services/web";
constexpr const char* kCanary = "/apis/apps/v1/namespaces/shop/deployments/web";
constexpr const char* kBaseline = "/apis/apps/v1/namespaces/shop/deployments/web-baseline";

// Objects by their path; remembers the last patch and does not apply it.
class ObjectServer {
 public:
  void Put(const char* path, json object) {
    const std::lock_guard lock(mutex_);
    objects_[path] = std::move(object);
  }
  void Edit(const char* path, const char* pointer, json value) {
    const std::lock_guard lock(mutex_);
    objects_[path][json::json_pointer(pointer)] = std::move(value);
  }
  void Remove(const char* path) {
    const std::lock_guard lock(mutex_);
    objects_.erase(path);
  }
  std::optional<json> patch() const {
    const std::lock_guard lock(mutex_);
    return patch_;
  }
  kubernetes::ClusterConfig config() const {
    kubernetes::ClusterConfig config;
    config.server = server_.url();
    return config;
  }
  int patch_status = 200;

 private:
  void Answer(const HttpRequest& request, HttpExchange& exchange) {
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(request.target);
    if (found == objects_.end()) {
      exchange.Reply(404, R"({"message":"not found"})");
      return;
    }
    if (request.method == "PATCH") patch_ = json::parse(request.body);
    exchange.Reply(request.method == "PATCH" ? patch_status : 200, found->second.dump());
  }

  mutable std::mutex mutex_;
  std::map<std::string, json> objects_;
  std::optional<json> patch_;
  HttpServer server_{
      [this](const HttpRequest& request, HttpExchange& exchange) { Answer(request, exchange); }};
};

json DeploymentOf(const char* app, int replicas) {
  return {{"metadata", {{"name", app}, {"resourceVersion", "41"}, {"generation", 3}}},
          {"spec",
           {{"replicas", replicas},
            {"selector", {{"matchLabels", {{"app", app}}}}},
            {"template", {{"metadata", {{"labels", {{"app", app}, {"team", "office"}}}}}}}}},
          {"status",
           {{"observedGeneration", 3},
            {"replicas", replicas},
            {"updatedReplicas", replicas},
            {"availableReplicas", replicas}}}};
}

core::Route TheRoute() {
  core::Route route;
  route.kind = "Service";
  route.name = "web";
  route.canary_deployment = "web";
  route.baseline_deployment = "web-baseline";
  return route;
}

struct ReplicaRatioTest : ::testing::Test {
  ReplicaRatioTest() {
    server.Put(kService, {{"spec", {{"selector", {{"team", "office"}}}}}});
    server.Put(kCanary, DeploymentOf("web", 0));
    server.Put(kBaseline, DeploymentOf("web-baseline", 3));
  }
  void Canary(int replicas, const char* reported) {
    server.Put(kCanary, DeploymentOf("web", replicas));
    server.Edit(kCanary, "/metadata/annotations", {{"slogate.dev/canary-percent", reported}});
  }
  core::RouteView View(const std::vector<int>& weights = {}) {
    std::vector<core::Step> steps;
    for (const int weight : weights) steps.emplace_back().weight_percent = weight;
    const auto view = router->Observe("shop", TheRoute(), steps);
    EXPECT_TRUE(view.has_value()) << view.error().message;
    return view.value_or(core::RouteView{});
  }
  ports::Result<void> SetWeights(int percent,
                                 const std::optional<std::string>& version = std::nullopt) {
    return router->SetWeights("shop", TheRoute(), percent, version);
  }

  ObjectServer server;
  kubernetes::KubeClient client{server.config()};
  std::unique_ptr<ports::TrafficRouter> router = MakeReplicaRatioRouter(client);
};

TEST_F(ReplicaRatioTest, AWeightIsANumberOfPodsWrittenWithWhatItStandsFor) {
  const auto moved = SetWeights(10);
  ASSERT_TRUE(moved.has_value()) << moved.error().message;
  EXPECT_EQ(server.patch(),
            json({{"metadata",
                   {{"resourceVersion", "41"},
                    {"annotations",
                     {{"slogate.dev/canary-percent", "10"}, {"slogate.dev/beside-pods", "3"}}}}},
                  {"spec", {{"replicas", 1}}}}));
}

TEST_F(ReplicaRatioTest, OnlyTheVersionThatWasSeenIsRaisedAndAnyIsLowered) {
  Canary(1, "10");
  EXPECT_EQ(View().version, "41");
  const auto late = SetWeights(25, "40");
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ports::ErrorCode::kConflict);
  EXPECT_EQ(server.patch(), std::nullopt);
  EXPECT_TRUE(SetWeights(0, "40").has_value());
  EXPECT_TRUE(SetWeights(25, "41").has_value());
}

TEST_F(ReplicaRatioTest, RoundingIsNoDriftAndIsReported) {
  Canary(1, "10");
  EXPECT_EQ(View().canary_percent, 10);
  EXPECT_EQ(View().note, "10 % is 1 of 4 pods, 25 %");
  ASSERT_TRUE(SetWeights(10).has_value());
  EXPECT_EQ(server.patch(), std::nullopt);
}

TEST_F(ReplicaRatioTest, TheSameNumberOfPodsForAnotherWeightIsWrittenDown) {
  Canary(1, "10");
  ASSERT_TRUE(SetWeights(25).has_value());
  EXPECT_EQ(server.patch()->at("spec").at("replicas"), 1);
  EXPECT_EQ(server.patch()->at("/metadata/annotations/slogate.dev~1canary-percent"_json_pointer),
            "25");
}

TEST_F(ReplicaRatioTest, SomebodyElsesNumberOfPodsIsWhatItIs) {
  for (const char* const reported : {"10", "nonsense", "", "100", "-1", "5 "}) {
    Canary(3, reported);
    EXPECT_EQ(View().canary_percent, 50) << reported;
  }
  Canary(0, "10");
  EXPECT_EQ(View().canary_percent, 0);
  server.Edit(kBaseline, "/spec/replicas", 40);
  Canary(1, "10");
  EXPECT_EQ(View().canary_percent, 2) << "nobody said beside how many pods";
}

TEST_F(ReplicaRatioTest, AnAutoscalerOfTheBaselineIsFollowedAndIsNoDrift) {
  const auto canary = [&](const char* beside) {
    Canary(1, "25");
    server.Edit(kCanary, "/metadata/annotations/slogate.dev~1beside-pods", beside);
  };
  canary("3");
  EXPECT_FALSE(View().follows);
  server.Edit(kBaseline, "/spec/replicas", 30);
  EXPECT_EQ(View().canary_percent, 25);
  EXPECT_TRUE(View().follows);
  EXPECT_FALSE(View().accepted);
  ASSERT_TRUE(SetWeights(25).has_value());
  EXPECT_EQ(server.patch()->at("spec").at("replicas"), 10);
  EXPECT_EQ(server.patch()->at("/metadata/annotations/slogate.dev~1beside-pods"_json_pointer),
            "30");
  for (const char* const nonsense : {"many", "-1", ""}) {
    canary(nonsense);
    EXPECT_EQ(View().canary_percent, 3) << nonsense;
  }
}

TEST_F(ReplicaRatioTest, BeforeThereIsACanaryTheBaselineHasEverything) {
  server.Remove(kCanary);
  EXPECT_EQ(View().canary_percent, 0);
  EXPECT_EQ(View().problem, "");
  EXPECT_TRUE(View().accepted);
  EXPECT_TRUE(SetWeights(0).has_value());
  EXPECT_FALSE(SetWeights(10).has_value());
  EXPECT_EQ(server.patch(), std::nullopt);
}

TEST_F(ReplicaRatioTest, AtRestTheRoundingOfTheStepsIsReported) {
  EXPECT_EQ(View({5, 25, 40}).note, "5 % is 1 of 4 pods, 25 %");
}

TEST_F(ReplicaRatioTest, AcceptedWhenExactlyItsPodsAreAvailable) {
  Canary(2, "40");
  EXPECT_TRUE(View().accepted);
  for (const auto& [field, value] :
       {std::pair{"/status/availableReplicas", 1}, std::pair{"/status/replicas", 3},
        std::pair{"/status/updatedReplicas", 1}, std::pair{"/status/observedGeneration", 2}}) {
    Canary(2, "40");
    server.Edit(kCanary, field, value);
    EXPECT_FALSE(View().accepted) << field;
  }
  server.Put(kCanary, DeploymentOf("web", 0));
  EXPECT_TRUE(View().accepted);
  server.Edit(kCanary, "/status/replicas", 1);
  EXPECT_FALSE(View().accepted) << "a pod is left";
}

TEST_F(ReplicaRatioTest, AServiceThatMissesTheBaselineIsAProblem) {
  server.Put(kService, {{"spec", {{"selector", {{"app", "web"}}}}}});
  const char* const problem =
      "Service shop/web misses the pods of web-baseline: it selects app=web, which they do not "
      "have; "
      "select by a label that the pods of both have, and that Deployment web does not select by";
  EXPECT_EQ(View().problem, problem);
}

TEST_F(ReplicaRatioTest, TheCanaryIsNotTakenAwayWhereTheBaselineIsNotServed) {
  server.Put(kService, {{"spec", {{"selector", {{"app", "web"}}}}}});
  Canary(3, "50");
  const auto lowered = SetWeights(0);
  ASSERT_FALSE(lowered.has_value());
  EXPECT_EQ(lowered.error().code, ports::ErrorCode::kInvalidArgument);
  EXPECT_EQ(server.patch(), std::nullopt);
}

TEST_F(ReplicaRatioTest, AServiceThatMissesTheCanaryDoesNotKeepItsPods) {
  server.Put(kService, {{"spec", {{"selector", {{"app", "web-baseline"}}}}}});
  Canary(3, "50");
  EXPECT_NE(View().problem.find("misses the pods of web:"), std::string::npos);
  EXPECT_FALSE(SetWeights(25).has_value());
  ASSERT_TRUE(SetWeights(0).has_value());
  EXPECT_EQ(server.patch()->at("spec").at("replicas"), 0);
}

TEST_F(ReplicaRatioTest, AServiceWithoutASelectorIsAProblem) {
  for (const json& selector : {json(), json::object(), json("text")}) {
    server.Put(kService, {{"spec", {{"selector", selector}}}});
    EXPECT_NE(View().problem.find("it has no selector"), std::string::npos) << selector;
  }
}

TEST_F(ReplicaRatioTest, WhatIsNotThereIsSaid) {
  server.Remove(kBaseline);
  EXPECT_EQ(View().problem,
            "Deployment shop/web-baseline does not exist; create it, or correct workload.ref");
  server.Remove(kService);
  EXPECT_FALSE(View().exists);
  const auto moved = SetWeights(10);
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().code, ports::ErrorCode::kNotFound);
}

TEST_F(ReplicaRatioTest, EverythingCannotBeGiven) {
  const auto moved = SetWeights(100);
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().code, ports::ErrorCode::kInvalidArgument);
}

TEST_F(ReplicaRatioTest, AnotherWriterIsAConflict) {
  server.patch_status = 409;
  const auto moved = SetWeights(10);
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().code, ports::ErrorCode::kConflict);
}

}  // namespace
}  // namespace slogate::adapters::traffic
