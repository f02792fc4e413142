#include <gtest/gtest.h>

#include "adapters/traffic/weighted_router.h"

namespace slogate::adapters::traffic {
namespace {

using nlohmann::json;

json Condition(const char* type, const char* status, int generation) {
  return {{"type", type}, {"status", status}, {"observedGeneration", generation}};
}

json Parent(const char* name, json conditions) {
  return {{"controllerName", "example.com/gateway"},
          {"parentRef", {{"name", name}}},
          {"conditions", std::move(conditions)}};
}

json Good(const char* name, int generation) {
  return Parent(name, json::array({Condition("Accepted", "True", generation),
                                   Condition("ResolvedRefs", "True", generation)}));
}

// A route of generation 3 with these two parents.
json Route(json parents) {
  return {{"metadata", {{"namespace", "shop"}, {"generation", 3}}},
          {"spec", {{"parentRefs", json::array({{{"name", "public"}}, {{"name", "internal"}}})}}},
          {"status", {{"parents", std::move(parents)}}}};
}

bool IsAccepted(const json& route) {
  const Acceptance acceptance = AcceptanceByParents(route);
  EXPECT_EQ(acceptance.accepted, acceptance.waits_for.empty());
  return acceptance.accepted;
}

json WithoutGeneration(json parent) {
  for (json& condition : parent["conditions"]) condition.erase("observedGeneration");
  return parent;
}

TEST(AcceptanceTest, EveryParentHasSeenThisGeneration) {
  EXPECT_TRUE(IsAccepted(Route(json::array({Good("public", 3), Good("internal", 3)}))));
}

TEST(AcceptanceTest, AParentThatLagsBehindIsWaitedFor) {
  EXPECT_FALSE(IsAccepted(Route(json::array({Good("public", 3), Good("internal", 2)}))));
}

TEST(AcceptanceTest, UnresolvedReferencesAreWaitedFor) {
  EXPECT_FALSE(IsAccepted(Route(
      json::array({Parent("public", json::array({Condition("Accepted", "True", 3),
                                                 Condition("ResolvedRefs", "False", 3)}))}))));
  EXPECT_FALSE(IsAccepted(
      Route(json::array({Parent("public", json::array({Condition("Accepted", "True", 3)}))}))));
}

TEST(AcceptanceTest, AParentThatNeverAcceptedTheRouteIsNotWaitedFor) {
  const json refusing = Parent("internal", json::array({Condition("Accepted", "False", 3)}));
  EXPECT_TRUE(IsAccepted(Route(json::array({Good("public", 3), refusing}))));
  EXPECT_FALSE(IsAccepted(Route(json::array({refusing}))));
}

TEST(AcceptanceTest, ALeftOverOfAParentNoLongerNamedIsPassedOver) {
  EXPECT_TRUE(IsAccepted(Route(json::array({Good("public", 3), Good("former", 1)}))));
}

TEST(AcceptanceTest, DefaultsOfAReferenceMayBeWrittenOut) {
  json parent = Good("public", 2);
  parent["parentRef"]["namespace"] = "shop";
  parent["parentRef"]["kind"] = "Gateway";
  parent["parentRef"]["group"] = "gateway.networking.k8s.io";
  EXPECT_FALSE(IsAccepted(Route(json::array({parent, Good("internal", 3)}))));
}

TEST(AcceptanceTest, WithoutAnAnswerNothingIsAccepted) {
  EXPECT_FALSE(IsAccepted(Route(json::array())));
  EXPECT_FALSE(IsAccepted({{"metadata", {{"generation", 1}}}}));
  EXPECT_FALSE(IsAccepted(json::array({1, 2})));
  EXPECT_FALSE(IsAccepted(Route("nonsense")));
}

TEST(AcceptanceTest, SaysWhoHasNotAcceptedAndWhat) {
  EXPECT_EQ(
      AcceptanceByParents(Route(json::array({Good("public", 3), Good("internal", 2)}))).waits_for,
      "Gateway internal has accepted generation 2, not yet 3");
  json broken = Condition("ResolvedRefs", "False", 3);
  broken["reason"] = "BackendNotFound";
  broken["message"] = "no Service shop-canary";
  json parent = Parent("public", json::array({Condition("Accepted", "True", 3), broken}));
  EXPECT_EQ(AcceptanceByParents(Route(json::array({parent}))).waits_for,
            "Gateway public says ResolvedRefs is False, BackendNotFound: no Service shop-canary");
  json elsewhere = Route(json::array());
  elsewhere["spec"]["parentRefs"] = {{{"name", "public"}, {"namespace", "edge"}}};
  EXPECT_EQ(AcceptanceByParents(elsewhere).waits_for,
            "no parent has written a status; check its parentRefs, and that the Gateway's "
            "controller runs");
  json refusing = Condition("Accepted", "False", 3);
  refusing["reason"] = "NotAllowedByListeners";
  elsewhere["status"]["parents"] = {
      {{"parentRef", {{"name", "public"}, {"namespace", "edge"}}}, {"conditions", {refusing}}}};
  EXPECT_EQ(AcceptanceByParents(elsewhere).waits_for,
            "Gateway edge/public says Accepted is False, NotAllowedByListeners");
}

// As Linkerd and APISIX write them.
TEST(AcceptanceTest, ConditionsWithoutAGenerationCountAsTheyAre) {
  const Acceptance absent =
      AcceptanceByParents(Route(json::array({WithoutGeneration(Good("public", 0))})));
  EXPECT_TRUE(absent.accepted);
  EXPECT_EQ(absent.unversioned, "Gateway public");
  EXPECT_EQ(AcceptanceByParents(Route(json::array({Good("public", 0)}))).unversioned,
            "Gateway public");
  EXPECT_EQ(AcceptanceByParents(Route(json::array({Good("public", 3)}))).unversioned, "");
  EXPECT_FALSE(IsAccepted(Route(json::array({Good("public", 0), Good("internal", 2)}))));
}

}  // namespace
}  // namespace slogate::adapters::traffic
