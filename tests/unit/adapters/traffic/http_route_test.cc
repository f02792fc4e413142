#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "adapters/traffic/router_table.h"
#include "spec/text/units.h"
#include "unit/adapters/traffic/route_server.h"

namespace slogate::adapters::traffic {
namespace {

using nlohmann::json;

json Backend(const char* service, std::optional<int> weight) {
  json backend = {{"name", service}, {"port", 80}};
  if (weight) backend["weight"] = *weight;
  return backend;
}

json RouteObject(json rules) {
  return {{"metadata", {{"namespace", "shop"}, {"name", "web"}, {"resourceVersion", "41"}}},
          {"spec", {{"rules", std::move(rules)}}}};
}

json Rule(const char* name, json backends) {
  return {{"name", name}, {"backendRefs", std::move(backends)}};
}

core::Route Pair(std::vector<std::string> rule_names = {}) {
  core::Route route;
  route.name = "web";
  route.canary_service = "canary";
  route.baseline_service = "stable";
  route.rule_names = std::move(rule_names);
  return route;
}

struct HttpRouteTest : ::testing::Test {
  void Serve(json rules) {
    server = std::make_unique<RouteServer>("gateway.networking.k8s.io", "httproutes",
                                           RouteObject(std::move(rules)));
    client = std::make_unique<kubernetes::KubeClient>(server->config());
    router = MakeHttpRouteRouter(*client);
  }
  core::RouteView View(const core::Route& route) {
    const auto view = router->Observe("shop", route, {});
    EXPECT_TRUE(view.has_value()) << view.error().message;
    return view.value_or(core::RouteView{});
  }

  std::unique_ptr<RouteServer> server;
  std::unique_ptr<kubernetes::KubeClient> client;
  std::unique_ptr<ports::TrafficRouter> router;
};

TEST_F(HttpRouteTest, PatchesTheTwoWeightsOfEachRuleAndNothingElse) {
  Serve(json::array({Rule("static", json::array({Backend("archive", 1)})),
                     Rule("main", json::array({Backend("stable", 100), Backend("archive", 5),
                                               Backend("canary", 0)}))}));
  const auto moved = router->SetWeights("shop", Pair(), 30, std::nullopt);
  ASSERT_TRUE(moved.has_value()) << moved.error().message;
  EXPECT_EQ(server->patch(),
            json::array({Operation("replace", "/metadata/resourceVersion", "41"),
                         Operation("test", "/spec/rules/1/backendRefs/2/name", "canary"),
                         Operation("test", "/spec/rules/1/backendRefs/0/name", "stable"),
                         Operation("replace", "/spec/rules/1/backendRefs/2/weight", 30),
                         Operation("replace", "/spec/rules/1/backendRefs/0/weight", 70)}));
}

TEST_F(HttpRouteTest, OnlyTheVersionThatWasSeenIsRaisedAndAnyIsLowered) {
  Serve(json::array({Rule("main", json::array({Backend("canary", 20), Backend("stable", 80)}))}));
  EXPECT_EQ(View(Pair()).version, "41");
  const auto late = router->SetWeights("shop", Pair(), 30, "40");
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ports::ErrorCode::kConflict);
  EXPECT_EQ(late.error().message, "HTTPRoute shop/web has moved on");
  EXPECT_TRUE(router->SetWeights("shop", Pair(), 20, "40").has_value()) << "as it is";
  EXPECT_EQ(server->patch(), std::nullopt);
  ASSERT_TRUE(router->SetWeights("shop", Pair(), 10, "40").has_value());
  ASSERT_TRUE(router->SetWeights("shop", Pair(), 30, "41").has_value());
}

TEST_F(HttpRouteTest, AnAbsentWeightIsOneAndIsAdded) {
  Serve(json::array({Rule(
      "main", json::array({Backend("canary", std::nullopt), Backend("stable", std::nullopt)}))}));
  EXPECT_EQ(View(Pair()).canary_percent, 50);
  ASSERT_TRUE(router->SetWeights("shop", Pair(), 0, std::nullopt).has_value());
  const json patch = server->patch().value_or(json::array());
  ASSERT_EQ(patch.size(), 5u);
  EXPECT_EQ(patch[3], Operation("add", "/spec/rules/0/backendRefs/0/weight", 0));
  EXPECT_EQ(patch[4], Operation("add", "/spec/rules/0/backendRefs/1/weight", 2));
}

core::Step StepOf(int weight) {
  core::Step step;
  step.weight_percent = weight;
  return step;
}

TEST_F(HttpRouteTest, AdviceForASumKeepsTheShareOfAThirdBackend) {
  Serve(json::array({Rule(
      "main", json::array({Backend("legacy", 10), Backend("stable", 90), Backend("canary", 0)}))}));
  const auto view = router->Observe("shop", Pair(), {StepOf(10), StepOf(5)});
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(
      view->problem,
      "HTTPRoute shop/web rule 0: weights that sum to 90 cannot express 5 %; multiply every "
      "weight of the rule by 10, which changes no share: legacy 100, stable 900, canary 0; or "
      "use steps that are multiples of 10 %");
  EXPECT_EQ(router->Observe("shop", Pair(), {StepOf(10), StepOf(50)})->problem, "");
  ASSERT_TRUE(router->SetWeights("shop", Pair(), 10, std::nullopt).has_value());
  EXPECT_EQ(server->patch(),
            json::array({Operation("replace", "/metadata/resourceVersion", "41"),
                         Operation("test", "/spec/rules/0/backendRefs/2/name", "canary"),
                         Operation("test", "/spec/rules/0/backendRefs/1/name", "stable"),
                         Operation("replace", "/spec/rules/0/backendRefs/2/weight", 9),
                         Operation("replace", "/spec/rules/0/backendRefs/1/weight", 81)}));
}

TEST_F(HttpRouteTest, AdviceNeverAsksForMoreThanAWeightMayBe) {
  Serve(json::array({Rule("main", json::array({Backend("legacy", 900'000), Backend("stable", 99),
                                               Backend("canary", 0)}))}));
  EXPECT_EQ(router->Observe("shop", Pair(), {StepOf(5)})->problem,
            "HTTPRoute shop/web rule 0: weights that sum to 99 cannot express 5 %; give the two "
            "weights a sum that is a multiple of 100, and the others their share of it");
}

json Managed(const char* manager, const char* time) {
  return {{"manager", manager}, {"time", time}, {"fieldsV1", {{"f:spec", {{"f:rules", {}}}}}}};
}

TEST_F(HttpRouteTest, AnAcceptanceWithoutAGenerationCountsAfterTheSettleTime) {
  Serve(json::array({Rule("main", json::array({Backend("canary", 0), Backend("stable", 100)}))}));
  json route = server->Find("web");
  route["metadata"]["generation"] = 4;
  route["metadata"]["managedFields"] = {Managed("slogate", "2026-05-01T10:00:00Z"),
                                        Managed("helm", "2026-05-01T09:00:00Z"),
                                        Managed("argocd-controller", "2026-05-01T09:30:00Z")};
  route["status"]["parents"] = {
      {{"parentRef", {{"name", "public"}}},
       {"conditions",
        {{{"type", "Accepted"}, {"status", "True"}},
         {{"type", "ResolvedRefs"}, {"status", "True"}, {"observedGeneration", 0}}}}}};
  server->Put(route);
  const core::RouteView view = View(Pair());
  EXPECT_TRUE(view.accepted);
  EXPECT_EQ(view.accepted_from, spec::ParseTime("2026-05-01T10:00:06Z"));
  EXPECT_EQ(view.note,
            "Gateway public writes no observedGeneration; what it accepts counts after settleTime");
  EXPECT_EQ(view.writer, "argocd-controller");
}

TEST_F(HttpRouteTest, NamedRulesAloneAreMoved) {
  const json pair = json::array({Backend("canary", 0), Backend("stable", 100)});
  Serve(json::array({Rule("a", pair), Rule("b", pair)}));
  ASSERT_TRUE(router->SetWeights("shop", Pair({"b"}), 10, std::nullopt).has_value());
  EXPECT_EQ(server->patch()->at(1)["path"], "/spec/rules/1/backendRefs/0/name");
  EXPECT_EQ(server->patch()->size(), 5u);
}

TEST_F(HttpRouteTest, ExceptedRulesAreNotMoved) {
  const json pair = json::array({Backend("canary", 10), Backend("stable", 90)});
  Serve(json::array({Rule("a", pair), Rule("b", pair)}));
  core::Route route = Pair();
  route.except_rules = {"a"};
  ASSERT_TRUE(router->SetWeights("shop", route, 0, std::nullopt).has_value());
  EXPECT_EQ(server->patch()->at(1)["path"], "/spec/rules/1/backendRefs/0/name");
  EXPECT_EQ(server->patch()->size(), 5u);
}

TEST_F(HttpRouteTest, SaysWhetherAProblemLeavesTrafficAtTheCanary) {
  Serve(json::array({Rule("a", json::array({Backend("stable", 100)})),
                     Rule("b", json::array({Backend("canary", 0), Backend("stable", 100)})),
                     Rule("c", json::array({Backend("canary", 5)})),
                     Rule("d", json::array({Backend("canary", 5), Backend("stable", 95)}))}));
  EXPECT_TRUE(View(Pair({"a", "b"})).sends_nothing);
  EXPECT_FALSE(View(Pair({"a", "c"})).sends_nothing);
  EXPECT_FALSE(View(Pair({"a", "d"})).sends_nothing);
}

TEST_F(HttpRouteTest, ANamedRuleWithoutThePairIsAProblem) {
  Serve(json::array({Rule("a", json::array({Backend("stable", 100)}))}));
  EXPECT_EQ(View(Pair({"a"})).problem,
            "HTTPRoute shop/web sends rule 0 to stable alone; add to it the backendRef " +
                Backend("canary", 0).dump() +
                ", and give stable weight 100 (gate init --patch-route prints the patch)");
  EXPECT_EQ(View(Pair({"b"})).problem,
            "HTTPRoute shop/web has no rule b that sends traffic to both canary and stable; name "
            "it or add the missing backendRef");
  EXPECT_NE(View(Pair()).problem, "");
  EXPECT_FALSE(router->SetWeights("shop", Pair(), 0, std::nullopt).has_value());
}

TEST_F(HttpRouteTest, BackendsOfOtherKindsAndNamespacesAreNotThePair) {
  json other_kind = Backend("canary", 1);
  other_kind["kind"] = "Import";
  json other_namespace = Backend("canary", 1);
  other_namespace["namespace"] = "elsewhere";
  json own = Backend("canary", 10);
  own["kind"] = "Service";
  own["group"] = "";
  own["namespace"] = "shop";
  Serve(json::array(
      {Rule("main", json::array({other_kind, other_namespace, own, Backend("stable", 90)}))}));
  EXPECT_EQ(View(Pair()).canary_percent, 10);
}

TEST_F(HttpRouteTest, AServiceNamedTwiceInARuleIsAProblem) {
  Serve(json::array({Rule(
      "main", json::array({Backend("canary", 0), Backend("canary", 0), Backend("stable", 1)}))}));
  EXPECT_NE(View(Pair()).problem.find("twice"), std::string::npos);
}

TEST_F(HttpRouteTest, AWeightThatIsNoNumberIsAProblem) {
  for (const json& nonsense : {json(-1), json("7"), json(1e300), json(2'000'000), json(0.5)}) {
    json backend = Backend("canary", 0);
    backend["weight"] = nonsense;
    Serve(json::array({Rule("main", json::array({backend, Backend("stable", 100)}))}));
    EXPECT_NE(View(Pair()).problem, "") << nonsense;
  }
}

TEST_F(HttpRouteTest, ARuleThatCannotMoveDoesNotKeepOthersFromZero) {
  Serve(json::array({Rule("broken", json::array({Backend("canary", 1), Backend("canary", 1),
                                                 Backend("stable", 1)})),
                     Rule("main", json::array({Backend("canary", 50), Backend("stable", 50)}))}));
  EXPECT_FALSE(router->SetWeights("shop", Pair(), 60, std::nullopt).has_value());
  EXPECT_EQ(server->patch(), std::nullopt);
  const auto lowered = router->SetWeights("shop", Pair(), 0, std::nullopt);
  ASSERT_FALSE(lowered.has_value());
  EXPECT_EQ(lowered.error().code, ports::ErrorCode::kInvalidArgument);
  ASSERT_TRUE(server->patch().has_value());
  EXPECT_EQ(server->patch()->at(3), Operation("replace", "/spec/rules/1/backendRefs/0/weight", 0));
}

TEST_F(HttpRouteTest, AnotherWriterIsAConflictWhicheverStatusTellsOfIt) {
  const json rules =
      json::array({Rule("main", json::array({Backend("canary", 0), Backend("stable", 100)}))});
  for (const int status : {409, 422}) {
    Serve(rules);
    server->on_patch = [status](json& route) {
      route["metadata"]["resourceVersion"] = "42";
      return status;
    };
    const auto moved = router->SetWeights("shop", Pair(), 10, std::nullopt);
    ASSERT_FALSE(moved.has_value());
    EXPECT_EQ(moved.error().code, ports::ErrorCode::kConflict) << status;
  }
}

TEST_F(HttpRouteTest, AnUnprocessablePatchOfAnUnchangedRouteIsNoConflict) {
  Serve(json::array({Rule("main", json::array({Backend("canary", 0), Backend("stable", 100)}))}));
  server->on_patch = [](json&) { return 422; };
  const auto moved = router->SetWeights("shop", Pair(), 10, std::nullopt);
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().code, ports::ErrorCode::kInvalidArgument);
}

TEST_F(HttpRouteTest, AnOlderGatewayApiIsUsedAndANewerOneFound) {
  Serve(json::array({Rule("main", json::array({Backend("canary", 0), Backend("stable", 100)}))}));
  server->version = "v1beta1";
  EXPECT_TRUE(View(Pair()).exists);
  server->version = "v1";
  EXPECT_TRUE(View(Pair()).exists);
}

TEST_F(HttpRouteTest, RulesThatAreNoListHaveNoPair) {
  Serve(json::object({{"0", "nonsense"}}));
  EXPECT_NE(View(Pair()).problem, "");
  EXPECT_EQ(View(Pair()).canary_percent, std::nullopt);
}

TEST_F(HttpRouteTest, AKindWithoutARouterIsRefusedByName) {
  Serve(json::array());
  core::Route route = Pair();
  route.kind = "Teleporter";
  const auto table = MakeTrafficRouter(*client);
  const auto view = table->Observe("shop", route, {});
  ASSERT_FALSE(view.has_value());
  EXPECT_EQ(view.error().code, ports::ErrorCode::kInvalidArgument);
  EXPECT_EQ(view.error().message,
            "no router for kind Teleporter; use one of: GRPCRoute, HTTPRoute, Ingress, Service, "
            "VirtualService");
  EXPECT_FALSE(table->SetWeights("shop", route, 10, std::nullopt).has_value());
}

}  // namespace
}  // namespace slogate::adapters::traffic
