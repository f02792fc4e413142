#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/traffic/router_table.h"
#include "unit/adapters/traffic/route_server.h"

namespace slogate::adapters::traffic {
namespace {

using nlohmann::json;

constexpr const char* kPrefix = "nginx.ingress.kubernetes.io/";
constexpr const char* kWeightPath =
    "/metadata/annotations/nginx.ingress.kubernetes.io~1canary-weight";
constexpr const char* kCanaryPath = "/metadata/annotations/nginx.ingress.kubernetes.io~1canary";

json Path(const char* path, const char* service) {
  return {{"path", path},
          {"pathType", "Prefix"},
          {"backend", {{"service", {{"name", service}, {"port", {{"number", 80}}}}}}}};
}

json IngressObject(const char* name, json spec, const json& annotations = json::object()) {
  json object = {
      {"apiVersion", "networking.k8s.io/v1"},
      {"kind", "Ingress"},
      {"metadata",
       {{"namespace", "shop"}, {"name", name}, {"uid", "u-1"}, {"resourceVersion", "41"}}},
      {"spec", std::move(spec)}};
  for (const auto& [key, value] : annotations.items()) {
    object["metadata"]["annotations"][kPrefix + key] = value;
  }
  return object;
}

json MainSpec() {
  const json shop = {{"host", "shop.example.com"},
                     {"http", {{"paths", {Path("/", "stable"), Path("/static", "archive")}}}}};
  const json other = {{"host", "old.example.com"}, {"http", {{"paths", {Path("/", "archive")}}}}};
  return {{"ingressClassName", "nginx"},
          {"tls", {{{"hosts", {"shop.example.com"}}, {"secretName", "shop-tls"}}}},
          {"rules", {shop, other}}};
}

json CanarySpecOfMain() {
  return {
      {"ingressClassName", "nginx"},
      {"tls", {{{"hosts", {"shop.example.com"}}, {"secretName", "shop-tls"}}}},
      {"rules", {{{"host", "shop.example.com"}, {"http", {{"paths", {Path("/", "canary")}}}}}}}};
}

core::Route TheRoute() {
  core::Route route;
  route.kind = "Ingress";
  route.name = "web";
  route.canary_service = "canary";
  route.baseline_service = "stable";
  route.canary_ingress = "web-canary";
  return route;
}

json Own(json object) {
  object["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "slogate";
  return object;
}

struct IngressTest : ::testing::Test {
  void Serve(json main) {
    server = std::make_unique<RouteServer>("networking.k8s.io", "ingresses", std::move(main));
    client = std::make_unique<kubernetes::KubeClient>(server->config());
    router = MakeIngressRouter(*client);
  }
  void ServeCanary(const json& annotations) {
    Serve(IngressObject("web", MainSpec()));
    server->Put(IngressObject("web-canary", CanarySpecOfMain(), annotations));
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

  std::unique_ptr<RouteServer> server;
  std::unique_ptr<kubernetes::KubeClient> client;
  std::unique_ptr<ports::TrafficRouter> router;
};

TEST_F(IngressTest, WithoutACanaryIngressTheCanaryHasNothing) {
  Serve(IngressObject("web", MainSpec()));
  const core::RouteView view = View();
  EXPECT_TRUE(view.exists);
  EXPECT_TRUE(view.accepted);
  EXPECT_EQ(view.canary_percent, 0);
  EXPECT_EQ(view.problem, "");
  ASSERT_TRUE(SetWeights(0).has_value());
  EXPECT_EQ(server->Find("web-canary"), json());
}

TEST_F(IngressTest, OnlyTheVersionThatWasSeenIsRaisedAndAnyIsLowered) {
  ServeCanary({{"canary", "true"}, {"canary-weight", "20"}});
  EXPECT_EQ(View().version, "41");
  const auto late = SetWeights(30, "40");
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ports::ErrorCode::kConflict);
  EXPECT_EQ(late.error().message, "Ingress shop/web-canary has moved on");
  EXPECT_EQ(View().canary_percent, 20);
  EXPECT_TRUE(SetWeights(10, "40").has_value());
  EXPECT_TRUE(SetWeights(30, "41").has_value());
}

TEST_F(IngressTest, ACanaryIngressIsMadeOnlyWhereNoneWasSeen) {
  Serve(IngressObject("web", MainSpec()));
  EXPECT_EQ(View().version, "");
  EXPECT_FALSE(SetWeights(10, "41").has_value()) << "it was deleted meanwhile";
  EXPECT_EQ(server->Find("web-canary"), json());
  EXPECT_TRUE(SetWeights(10, "").has_value());
  EXPECT_EQ(View().canary_percent, 10);
}

TEST_F(IngressTest, MakesTheCanaryIngressOfTheBaselinesPaths) {
  json main = IngressObject("web", MainSpec(), {{"rewrite-target", "/x"}});
  main["metadata"]["annotations"]["kubernetes.io/ingress.class"] = "public";
  main["metadata"]["labels"]["team"] = "office";
  Serve(main);
  const auto moved = SetWeights(10);
  ASSERT_TRUE(moved.has_value()) << moved.error().message;
  EXPECT_EQ(server->Find("web-canary"),
            json({{"apiVersion", "networking.k8s.io/v1"},
                  {"kind", "Ingress"},
                  {"metadata",
                   {{"name", "web-canary"},
                    {"namespace", "shop"},
                    {"labels", {{"app.kubernetes.io/managed-by", "slogate"}}},
                    {"annotations",
                     {{"kubernetes.io/ingress.class", "public"},
                      {"nginx.ingress.kubernetes.io/canary", "true"},
                      {"nginx.ingress.kubernetes.io/canary-weight", "10"}}},
                    {"ownerReferences",
                     {{{"apiVersion", "networking.k8s.io/v1"},
                       {"kind", "Ingress"},
                       {"name", "web"},
                       {"uid", "u-1"}}}}}},
                  {"spec", CanarySpecOfMain()}}));
  EXPECT_EQ(View().canary_percent, 10);
}

// The canary's Service has the ports of the user's, with their names.
TEST_F(IngressTest, ANamedPortStaysANamedPort) {
  const json port = {{"name", "http"}};
  json main = MainSpec();
  for (json& rule : main["rules"]) {
    for (json& path : rule["http"]["paths"]) path["backend"]["service"]["port"] = port;
  }
  Serve(IngressObject("web", main));
  ASSERT_TRUE(SetWeights(10).has_value());
  const json canary = server->Find("web-canary");
  const json backend = {{"service", {{"name", "canary"}, {"port", port}}}};
  EXPECT_EQ(canary["spec"]["rules"][0]["http"]["paths"][0]["backend"], backend);
}

// A canary's Service that a user made may have other ports than the Ingress sends to.
TEST_F(IngressTest, NoCanaryIngressSendsToAPortThatItsServiceLacks) {
  Serve(IngressObject("web", MainSpec()));
  server->services["canary"] = {{"spec", {{"ports", {{{"name", "http"}, {"port", 8080}}}}}}};
  const auto moved = SetWeights(10);
  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().message,
            "Service shop/canary has no port 80, which Ingress shop/web sends to; add the port to "
            "the Service, as Service stable has it");
  EXPECT_EQ(server->Find("web-canary"), json());

  server->services["canary"] = {{"spec", {{"ports", {{{"name", "http"}, {"port", 80}}}}}}};
  ASSERT_TRUE(SetWeights(10).has_value());
  EXPECT_NE(server->Find("web-canary"), json());
}

TEST_F(IngressTest, ADefaultBackendIsAPathToo) {
  const json backend = {{"service", {{"name", "stable"}, {"port", {{"name", "http"}}}}}};
  Serve(IngressObject("web", {{"defaultBackend", backend}}));
  ASSERT_TRUE(SetWeights(10).has_value());
  const json canary = server->Find("web-canary");
  EXPECT_EQ(canary["spec"],
            json({{"defaultBackend",
                   {{"service", {{"name", "canary"}, {"port", {{"name", "http"}}}}}}}}));
}

TEST_F(IngressTest, OfSomebodyElsesCanaryTheWeightAloneIsWritten) {
  ServeCanary({{"canary", "true"}, {"canary-weight", "5"}, {"upstream-hash-by", "$uri"}});
  EXPECT_EQ(View().canary_percent, 5);
  ASSERT_TRUE(SetWeights(20).has_value());
  EXPECT_EQ(server->patched(), "web-canary");
  EXPECT_EQ(server->patch(), json::array({Operation("replace", "/metadata/resourceVersion", "41"),
                                          Operation("test", kCanaryPath, "true"),
                                          Operation("add", kWeightPath, "20")}));
}

TEST_F(IngressTest, AnAbsentWeightIsNothingAndTheTotalIsKept) {
  ServeCanary({{"canary", "true"}, {"canary-weight-total", "1000"}});
  EXPECT_EQ(View().canary_percent, 0);
  ASSERT_TRUE(SetWeights(25).has_value());
  EXPECT_EQ(server->patch()->at(2), Operation("add", kWeightPath, "250"));
}

TEST_F(IngressTest, ATotalThatCannotExpressAStepIsAProblem) {
  ServeCanary({{"canary", "true"}, {"canary-weight-total", "10"}});
  EXPECT_EQ(View({10, 50}).problem, "");
  EXPECT_EQ(View({10, 25}).problem,
            "Ingress shop/web-canary has canary-weight-total 10, which cannot express 25 %; set it "
            "to 100");
  EXPECT_FALSE(SetWeights(25).has_value());
  EXPECT_EQ(server->patch(), std::nullopt);
}

TEST_F(IngressTest, AWeightThatIsNoWeightIsAProblemButCanBeTakenAway) {
  for (const json& nonsense : {json("a lot"), json("-1"), json("101"), json("5%"), json(""),
                               json("99999999999999999999")}) {
    ServeCanary({{"canary", "true"}, {"canary-weight", nonsense}});
    EXPECT_NE(View().problem.find("correct it"), std::string::npos) << nonsense;
    EXPECT_EQ(View().canary_percent, std::nullopt);
    EXPECT_FALSE(SetWeights(10).has_value());
    EXPECT_EQ(server->patch(), std::nullopt);
    EXPECT_FALSE(SetWeights(0).has_value());
    ASSERT_TRUE(server->patch().has_value());
    EXPECT_EQ(server->patch()->back(), Operation("add", kWeightPath, "0"));
  }
}

TEST_F(IngressTest, AnIngressThatIsNoCanaryIsLeftAlone) {
  ServeCanary({{"canary", "false"}, {"canary-weight", "5"}});
  EXPECT_EQ(View().problem,
            "Ingress shop/web-canary lacks the annotation nginx.ingress.kubernetes.io/canary: "
            "\"true\"; add it, or give another canaryIngress");
  EXPECT_EQ(View().canary_percent, std::nullopt);
  for (const int percent : {0, 10}) EXPECT_FALSE(SetWeights(percent).has_value());
  EXPECT_EQ(server->patch(), std::nullopt);
}

TEST_F(IngressTest, ACanaryForAnotherServiceIsAProblem) {
  Serve(IngressObject("web", MainSpec()));
  server->Put(IngressObject("web-canary", MainSpec(), {{"canary", "true"}}));
  EXPECT_EQ(View().problem,
            "Ingress shop/web-canary has no path to Service canary; point its paths at it");
}

TEST_F(IngressTest, AnIngressWithoutTheBaselineIsAProblem) {
  Serve(IngressObject("web", {{"rules", {{{"http", {{"paths", {Path("/", "archive")}}}}}}}}));
  EXPECT_EQ(View().problem,
            "Ingress shop/web has no path to Service stable; point one at it, the canary gets the "
            "same paths");
  EXPECT_EQ(View().canary_percent, 0);
  EXPECT_FALSE(SetWeights(10).has_value());
  Serve(IngressObject("web", MainSpec(), {{"canary", "true"}}));
  EXPECT_EQ(View().problem, "Ingress shop/web is itself a canary; name the Ingress it belongs to");
}

TEST_F(IngressTest, ItsOwnCanaryFollowsThePathsOfTheBaselinesIngress) {
  Serve(IngressObject("web", MainSpec()));
  json stale = CanarySpecOfMain();
  stale["rules"][0]["host"] = "before.example.com";
  server->Put(
      Own(IngressObject("web-canary", stale, {{"canary", "true"}, {"canary-weight", "5"}})));
  ASSERT_TRUE(SetWeights(10).has_value());
  EXPECT_EQ(server->patch(), json::array({Operation("replace", "/metadata/resourceVersion", "41"),
                                          Operation("add", kCanaryPath, "true"),
                                          Operation("replace", "/spec", CanarySpecOfMain()),
                                          Operation("add", kWeightPath, "10")}));
}

TEST_F(IngressTest, ItsOwnCanaryIsMendedWhenItsAnnotationsAreGone) {
  Serve(IngressObject("web", MainSpec()));
  server->Put(Own(IngressObject("web-canary", CanarySpecOfMain())));
  EXPECT_EQ(View().problem, "");
  EXPECT_EQ(View().canary_percent, std::nullopt);
  ASSERT_TRUE(SetWeights(10).has_value());
  EXPECT_EQ(server->patch()->at(1), Operation("add", "/metadata/annotations", json::object()));
}

TEST_F(IngressTest, NothingIsWrittenWhenItIsSoAlready) {
  ServeCanary({{"canary", "true"}, {"canary-weight", "10"}});
  ASSERT_TRUE(SetWeights(10).has_value());
  EXPECT_EQ(server->patch(), std::nullopt);
}

TEST_F(IngressTest, AnotherWriterIsAConflictWhicheverStatusTellsOfIt) {
  for (const int status : {409, 422}) {
    ServeCanary({{"canary", "true"}, {"canary-weight", "5"}});
    server->on_patch = [status](json& ingress) {
      ingress["metadata"]["resourceVersion"] = "42";
      return status;
    };
    const auto moved = SetWeights(10);
    ASSERT_FALSE(moved.has_value());
    EXPECT_EQ(moved.error().code, ports::ErrorCode::kConflict) << status;
  }
}

TEST_F(IngressTest, SaysWhatIsHeededBeforeTheWeight) {
  ServeCanary({{"canary", "true"}, {"canary-by-header", "X-Try\n"}, {"canary-by-cookie", "try"}});
  EXPECT_EQ(View().note,
            "header X-Try  is heeded before the weight; cookie try is heeded before the weight");
  Serve(IngressObject("web", MainSpec(), {{"affinity", "cookie"}}));
  EXPECT_EQ(View().note, "by cookie affinity, the weight counts for new clients only");
  Serve(IngressObject("web", MainSpec(),
                      {{"affinity", "cookie"}, {"affinity-canary-behavior", "legacy"}}));
  EXPECT_EQ(View().note, "");
}

TEST_F(IngressTest, ShapesThatAreNoneGiveAProblemAndNoCrash) {
  for (const json& spec : {json(), json("text"), json{{"rules", "text"}}, json{{"rules", {1}}},
                           json{{"rules", {{{"http", {{"paths", {1, {{"backend", 2}}}}}}}}}}}) {
    Serve(IngressObject("web", spec));
    server->Put(IngressObject("web-canary", spec, {{"canary", "true"}}));
    EXPECT_NE(View().problem, "") << spec;
    EXPECT_FALSE(SetWeights(10).has_value()) << spec;
  }
}

}  // namespace
}  // namespace slogate::adapters::traffic
