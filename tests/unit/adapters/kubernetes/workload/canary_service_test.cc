#include "adapters/kubernetes/workload/canary_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

ports::PolicyRecord Record() {
  ports::PolicyRecord record;
  record.key = {"shop", "policy"};
  record.uid = "uid-1";
  record.policy.emplace();
  record.policy->workload.deployment = "shop";
  return record;
}

json UsersService() {
  return json::parse(R"({
    "metadata": {"name": "shop", "labels": {"app": "shop", "release": "prom"},
                 "annotations": {"prometheus.io/scrape": "true", "meta.helm.sh/release-name": "x"}},
    "spec": {"type": "NodePort", "clusterIP": "10.0.0.7", "selector": {"app": "shop"},
      "sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60}},
      "ports": [
        {"name": "http", "port": 80, "targetPort": "web", "protocol": "TCP", "nodePort": 30080},
        {"name": "grpc", "port": 9000, "targetPort": 9090, "protocol": "TCP",
         "appProtocol": "kubernetes.io/h2c"}]}})");
}

json Template(json labels = {{"app", "shop"}}, const char* port = "web") {
  return {{"metadata", {{"labels", std::move(labels)}}},
          {"spec",
           {{"containers",
             json::array({{{"name", "proxy"}, {"ports", json::array({{{"name", "pg"}}})}},
                          {{"name", "shop"}, {"ports", json::array({{{"name", port}}})}}})}}}};
}

const json kCanaryLabels = {{"app", "shop-canary"}};

RouteServices Services(json canary = nullptr, bool ours = false) {
  RouteServices services;
  services.pairs.push_back({"shop", "shop-canary", UsersService(), std::move(canary), ours});
  return services;
}

std::string ProblemOf(const RouteServices& services, json offered = Template()) {
  return ServicesProblem(services, {Template(), std::move(offered), kCanaryLabels}, Record());
}

json Theirs(json selector) {
  return {{"metadata", {{"name", "shop-canary"}}}, {"spec", {{"selector", std::move(selector)}}}};
}

json Ours() { return CanaryService("shop-canary", UsersService(), kCanaryLabels, Record()); }

TEST(CanaryServiceTest, HasEveryPortAndLabelOfTheUsers) {
  const json service = Ours();
  EXPECT_EQ(service["spec"]["selector"], kCanaryLabels);
  json ports = UsersService()["spec"]["ports"];
  ports[0].erase("nodePort");
  EXPECT_EQ(service["spec"]["ports"], ports);
  EXPECT_EQ(service["spec"]["sessionAffinity"], "ClientIP");
  EXPECT_EQ(service["spec"]["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"], 60);
  EXPECT_FALSE(service["spec"].contains("type"));
  EXPECT_FALSE(service["spec"].contains("clusterIP"));
  EXPECT_EQ(
      service["metadata"]["labels"],
      (json{{"app", "shop"}, {"release", "prom"}, {"app.kubernetes.io/managed-by", "slogate"}}));
  EXPECT_EQ(service["metadata"]["annotations"],
            (json{{"prometheus.io/scrape", "true"}, {"slogate.dev/policy", "policy"}}));
  EXPECT_EQ(service["metadata"]["ownerReferences"][0]["uid"], "uid-1");
}

TEST(CanaryServiceTest, FollowsTheUsersUntilThatChanges) {
  RouteServices services = Services(Ours(), true);
  EXPECT_TRUE(ServicesFollow(services, kCanaryLabels, Record()));
  for (const auto& [path, value] :
       std::vector<std::pair<const char*, json>>{{"/spec/ports/1/appProtocol", "http"},
                                                 {"/spec/sessionAffinity", "None"},
                                                 {"/metadata/labels/release", "other"}}) {
    RouteServices changed = services;
    changed.pairs[0].baseline[json::json_pointer(path)] = value;
    EXPECT_FALSE(ServicesFollow(changed, kCanaryLabels, Record())) << path;
  }
  EXPECT_FALSE(ServicesFollow(services, {{"app", "shop-2"}}, Record()));
}

TEST(CanaryServiceTest, OneOfSomebodyElseIsNeitherAbsentNorOursToChange) {
  EXPECT_TRUE(ServicesFollow(Services(Theirs(kCanaryLabels)), kCanaryLabels, Record()));
  EXPECT_EQ(ProblemOf(Services(Theirs(kCanaryLabels))), "");
  EXPECT_FALSE(ServicesFollow(Services(), kCanaryLabels, Record()));
}

TEST(ServicesProblemTest, ServicesThatTellTheTracksApartAreInOrder) {
  EXPECT_EQ(ProblemOf(Services()), "");
  EXPECT_EQ(ProblemOf(Services(Ours(), true)), "");
}

TEST(ServicesProblemTest, NamesAServiceOfProductionThatCannotServe) {
  RouteServices services = Services();
  services.pairs[0].baseline = nullptr;
  EXPECT_THAT(ProblemOf(services), HasSubstr("Service shop/shop does not exist"));
  services = Services();
  services.pairs[0].baseline["spec"].erase("selector");
  EXPECT_THAT(ProblemOf(services), HasSubstr("Service shop/shop has no selector"));
  services.pairs[0].baseline["spec"]["selector"] = {{"app", "store"}};
  EXPECT_THAT(ProblemOf(services),
              HasSubstr("Service shop/shop selects pods by app=store and so none of Deployment "
                        "shop; correct its selector: the pods have app=shop"));
}

TEST(ServicesProblemTest, NamesAServiceThatSelectsBothTracks) {
  RouteServices services = Services();
  services.pairs[0].baseline["spec"]["selector"] = {{"team", "shop"}};
  const json both = Template({{"app", "shop"}, {"team", "shop"}});
  const std::string problem =
      ServicesProblem(services, {both, both, {{"app", "shop-canary"}, {"team", "shop"}}}, Record());
  EXPECT_THAT(problem, HasSubstr("selects pods by team=shop and so the canary's pods too"));
  EXPECT_THAT(ProblemOf(Services(Theirs({{"app", "shop"}}))),
              HasSubstr("Service shop/shop-canary selects pods by app=shop and so none of the "
                        "canary; have it select by app=shop-canary, or delete it"));
}

TEST(ServicesProblemTest, OfExternalTracksTheFixIsTheOwners) {
  ports::PolicyRecord record = Record();
  record.policy->workload.promotion = core::Promotion::kExternal;
  const RouteServices services = Services(Theirs({{"app", "shop"}}));
  const std::string problem =
      ServicesProblem(services, {Template(), Template(), kCanaryLabels}, record);
  EXPECT_THAT(problem, HasSubstr("none of the canary; have it select by app=shop-canary or some"));
}

TEST(ServicesProblemTest, NamesWhatTheNewRevisionWouldLose) {
  EXPECT_THAT(ProblemOf(Services(), Template({{"app", "shop"}}, "http")),
              HasSubstr("sends to container port web, which the new revision of Deployment shop "
                        "does not have"));
  EXPECT_THAT(ProblemOf(Services(), Template({{"app", "store"}})),
              HasSubstr("the pods of the new revision of Deployment shop have app=store"));
}

TEST(ServicesProblemTest, APortThatWasDeadBeforeIsNoProblem) {
  RouteServices services = Services();
  services.pairs[0].baseline["spec"]["ports"].push_back({{"port", 1}, {"targetPort", "gone"}});
  EXPECT_EQ(ProblemOf(services), "");
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
