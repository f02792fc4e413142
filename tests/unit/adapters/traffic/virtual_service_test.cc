#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "adapters/traffic/router_table.h"
#include "unit/adapters/traffic/route_server.h"

namespace slogate::adapters::traffic {
namespace {

using nlohmann::json;

json Destination(const char* host, std::optional<int> weight, const char* subset = "") {
  json destination = {{"destination", {{"host", host}}}};
  if (*subset != '\0') destination["destination"]["subset"] = subset;
  if (weight) destination["weight"] = *weight;
  return destination;
}

json HttpRule(const char* name, json destinations) {
  return {{"name", name}, {"route", std::move(destinations)}};
}

json ServiceObject(json spec) {
  return {{"metadata",
           {{"namespace", "shop"}, {"name", "web"}, {"resourceVersion", "41"}, {"generation", 3}}},
          {"spec", std::move(spec)}};
}

core::Route Services(std::vector<std::string> rule_names = {}) {
  core::Route route;
  route.kind = "VirtualService";
  route.name = "web";
  route.canary_service = "canary";
  route.baseline_service = "stable";
  route.rule_names = std::move(rule_names);
  return route;
}

core::Route Subsets() {
  core::Route route;
  route.kind = "VirtualService";
  route.name = "web";
  route.host = "web";
  route.canary_subset = "next";
  route.baseline_subset = "now";
  return route;
}

struct VirtualServiceTest : ::testing::Test {
  void Serve(json object) {
    server =
        std::make_unique<RouteServer>("networking.istio.io", "virtualservices", std::move(object));
    client = std::make_unique<kubernetes::KubeClient>(server->config());
    router = MakeVirtualServiceRouter(*client);
  }
  void ServeHttp(json destinations) {
    Serve(ServiceObject({{"http", json::array({HttpRule("main", std::move(destinations))})}}));
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

TEST_F(VirtualServiceTest, PatchesTheTwoWeightsAndNothingElse) {
  Serve(ServiceObject(
      {{"http", json::array({HttpRule("static", json::array({Destination("archive", 100)})),
                             HttpRule("main", json::array({Destination("stable", 95),
                                                           Destination("archive", 5),
                                                           Destination("canary", 5)}))})}}));
  const auto moved = router->SetWeights("shop", Services(), 20, std::nullopt);
  ASSERT_TRUE(moved.has_value()) << moved.error().message;
  EXPECT_EQ(server->patch(),
            json::array({Operation("replace", "/metadata/resourceVersion", "41"),
                         Operation("test", "/spec/http/1/route/2/destination/host", "canary"),
                         Operation("test", "/spec/http/1/route/0/destination/host", "stable"),
                         Operation("replace", "/spec/http/1/route/2/weight", 20),
                         Operation("replace", "/spec/http/1/route/0/weight", 80)}));
}

TEST_F(VirtualServiceTest, AHostMayBeShortOrLong) {
  for (const char* const host : {"canary", "canary.shop", "canary.shop.svc",
                                 "canary.shop.svc.cluster.local", "canary.shop.svc.example.org"}) {
    ServeHttp(json::array({Destination(host, 30), Destination("stable", 70)}));
    EXPECT_EQ(View(Services()).canary_percent, 30) << host;
    ASSERT_TRUE(router->SetWeights("shop", Services(), 40, std::nullopt).has_value()) << host;
    EXPECT_EQ(server->patch()->at(1)["value"], host);
  }
}

TEST_F(VirtualServiceTest, HostsElsewhereAreNotThePair) {
  for (const char* const host :
       {"canary.other", "canary.other.svc.cluster.local", "canary.shop.com",
        "canary.shop.svc.clusterset.local", "canary2", ""}) {
    ServeHttp(json::array({Destination(host, 30), Destination("stable", 70)}));
    EXPECT_NE(View(Services()).problem, "") << host;
    EXPECT_EQ(View(Services()).canary_percent, std::nullopt) << host;
  }
}

TEST_F(VirtualServiceTest, SubsetsOfOneHostAreAPair) {
  ServeHttp(json::array({Destination("web.shop.svc.cluster.local", 100, "now"),
                         Destination("web", 0, "next"), Destination("other", 0, "next")}));
  EXPECT_EQ(View(Subsets()).canary_percent, 0);
  ASSERT_TRUE(router->SetWeights("shop", Subsets(), 10, std::nullopt).has_value());
  EXPECT_EQ(server->patch(),
            json::array({Operation("replace", "/metadata/resourceVersion", "41"),
                         Operation("test", "/spec/http/0/route/1/destination/host", "web"),
                         Operation("test", "/spec/http/0/route/1/destination/subset", "next"),
                         Operation("test", "/spec/http/0/route/0/destination/host",
                                   "web.shop.svc.cluster.local"),
                         Operation("test", "/spec/http/0/route/0/destination/subset", "now"),
                         Operation("replace", "/spec/http/0/route/1/weight", 10),
                         Operation("replace", "/spec/http/0/route/0/weight", 90)}));
}

TEST_F(VirtualServiceTest, AnAbsentWeightBesideOthersIsZeroAndIsAdded) {
  ServeHttp(json::array({Destination("canary", std::nullopt), Destination("stable", 100)}));
  EXPECT_EQ(View(Services()).canary_percent, 0);
  ASSERT_TRUE(router->SetWeights("shop", Services(), 25, std::nullopt).has_value());
  EXPECT_EQ(server->patch()->at(3), Operation("add", "/spec/http/0/route/0/weight", 25));
  EXPECT_EQ(server->patch()->at(4), Operation("replace", "/spec/http/0/route/1/weight", 75));
}

TEST_F(VirtualServiceTest, AdviceForASumKeepsTheShareOfAThirdDestination) {
  ServeHttp(json::array(
      {Destination("legacy", 10), Destination("stable", 90), Destination("canary", 0)}));
  core::Step step;
  step.weight_percent = 5;
  EXPECT_EQ(router->Observe("shop", Services(), {step})->problem,
            "VirtualService shop/web http rule 0: weights that sum to 90 cannot express 5 %; "
            "multiply every weight of the rule by 10, which changes no share: legacy 100, stable "
            "900, canary 0; or use steps that are multiples of 10 %");
  ASSERT_TRUE(router->SetWeights("shop", Services(), 10, std::nullopt).has_value());
  EXPECT_EQ(server->patch()->size(), 5u);
  EXPECT_EQ(server->patch()->at(3), Operation("replace", "/spec/http/0/route/2/weight", 9));
  EXPECT_EQ(server->patch()->at(4), Operation("replace", "/spec/http/0/route/1/weight", 81));
}

TEST_F(VirtualServiceTest, APairWithoutAnyWeightIsAProblemWithAFix) {
  ServeHttp(
      json::array({Destination("canary", std::nullopt), Destination("stable", std::nullopt)}));
  EXPECT_EQ(
      View(Services()).problem,
      "VirtualService shop/web http rule 0: weights that sum to 0 cannot express 0 %; set the "
      "two weights so that they sum to 100");
  EXPECT_FALSE(router->SetWeights("shop", Services(), 10, std::nullopt).has_value());
  EXPECT_EQ(server->patch(), std::nullopt);
}

TEST_F(VirtualServiceTest, ASingleDestinationIsNoPair) {
  ServeHttp(json::array({Destination("stable", std::nullopt)}));
  EXPECT_EQ(View(Services()).problem,
            "VirtualService shop/web sends http rule 0 to stable alone; add to it the destination "
            "for canary with weight 0, and give stable weight 100 (gate init --patch-route prints "
            "the patch)");
}

TEST_F(VirtualServiceTest, TlsAndTcpRoutesMoveWithHttp) {
  const json pair = json::array({Destination("canary", 0), Destination("stable", 100)});
  const json rule = json{{"route", pair}};
  Serve(ServiceObject({{"http", json::array({HttpRule("main", pair)})},
                       {"tls", json::array({rule})},
                       {"tcp", json::array({rule})}}));
  ASSERT_TRUE(router->SetWeights("shop", Services(), 50, std::nullopt).has_value());
  const json patch = server->patch().value_or(json::array());
  ASSERT_EQ(patch.size(), 13u);
  EXPECT_EQ(patch[7], Operation("replace", "/spec/tls/0/route/0/weight", 50));
  EXPECT_EQ(patch[11], Operation("replace", "/spec/tcp/0/route/0/weight", 50));
  ASSERT_TRUE(router->SetWeights("shop", Services({"main"}), 50, std::nullopt).has_value());
  EXPECT_EQ(server->patch()->size(), 5u);
}

TEST_F(VirtualServiceTest, ANameThatNoRuleHasIsAProblem) {
  ServeHttp(json::array({Destination("canary", 0), Destination("stable", 100)}));
  EXPECT_EQ(View(Services({"checkout"})).problem,
            "VirtualService shop/web has no rule checkout that sends traffic to both canary and "
            "stable; name it or add the missing destination");
}

TEST_F(VirtualServiceTest, TwoSubsetsOfTheCanarysServiceAreNotOneSide) {
  ServeHttp(json::array({Destination("canary", 1, "a"), Destination("canary.shop", 1, "b"),
                         Destination("stable", 98)}));
  EXPECT_EQ(View(Services()).problem,
            "VirtualService shop/web http rule 0 names canary twice; keep one destination of it in "
            "a rule");
}

TEST_F(VirtualServiceTest, AcceptedUnlessIstioSaysOtherwiseOfThisGeneration) {
  const json refused = json::array({{{"type", "Reconciled"}, {"status", "False"}}});
  const json invalid = json::array({{{"level", "ERROR"}}});
  const std::vector<std::pair<json, bool>> cases = {
      {json(), true},
      {{{"observedGeneration", 3}, {"conditions", refused}}, false},
      {{{"observedGeneration", "3"}, {"conditions", refused}}, false},
      {{{"observedGeneration", 2}, {"conditions", refused}}, true},
      {{{"observedGeneration", "2"}, {"conditions", refused}}, true},
      {{{"observedGeneration", 3}, {"validationMessages", invalid}}, false},
      {{{"observedGeneration", 3}, {"validationMessages", {{{"level", "WARNING"}}}}}, true},
      {{{"observedGeneration", 3}, {"validationMessages", "nonsense"}}, true}};
  for (const auto& [status, accepted] : cases) {
    json object = ServiceObject({{"http",
                                  {HttpRule("main", json::array({Destination("canary", 0),
                                                                 Destination("stable", 100)}))}}});
    object["status"] = status;
    Serve(object);
    EXPECT_EQ(View(Services()).accepted, accepted) << status;
  }
}

TEST_F(VirtualServiceTest, EachServedVersionIsFound) {
  for (const char* const version : {"v1", "v1beta1", "v1alpha3"}) {
    ServeHttp(json::array({Destination("canary", 0), Destination("stable", 100)}));
    server->version = version;
    EXPECT_TRUE(View(Services()).exists) << version;
  }
}

TEST_F(VirtualServiceTest, ShapesThatAreNoneGiveAProblemAndNoCrash) {
  for (const json& spec :
       {json(), json("text"), json{{"http", "text"}}, json{{"http", {{"route", 1}}}},
        json{{"http", json::array({1, "a", {{"route", json::array({1, {{"destination", 4}}})}}})}},
        json{{"http", json::array({{{"route", {{"0", "a"}}}}})}}}) {
    Serve(ServiceObject(spec));
    EXPECT_NE(View(Services()).problem, "") << spec;
    EXPECT_NE(View(Subsets()).problem, "") << spec;
    EXPECT_FALSE(router->SetWeights("shop", Services(), 0, std::nullopt).has_value()) << spec;
  }
}

}  // namespace
}  // namespace slogate::adapters::traffic
