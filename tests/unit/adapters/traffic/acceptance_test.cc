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

TEST(AcceptanceTest, EveryParentHasSeenThisGeneration) {
  EXPECT_TRUE(AcceptedByItsParents(Route(json::array({Good("public", 3), Good("internal", 3)}))));
}

TEST(AcceptanceTest, AParentThatLagsBehindIsWaitedFor) {
  EXPECT_FALSE(AcceptedByItsParents(Route(json::array({Good("public", 3), Good("internal", 2)}))));
}

TEST(AcceptanceTest, UnresolvedReferencesAreWaitedFor) {
  EXPECT_FALSE(AcceptedByItsParents(Route(
      json::array({Parent("public", json::array({Condition("Accepted", "True", 3),
                                                 Condition("ResolvedRefs", "False", 3)}))}))));
  EXPECT_FALSE(AcceptedByItsParents(
      Route(json::array({Parent("public", json::array({Condition("Accepted", "True", 3)}))}))));
}

TEST(AcceptanceTest, AParentThatNeverAcceptedTheRouteIsNotWaitedFor) {
  const json refusing = Parent("internal", json::array({Condition("Accepted", "False", 3)}));
  EXPECT_TRUE(AcceptedByItsParents(Route(json::array({Good("public", 3), refusing}))));
  EXPECT_FALSE(AcceptedByItsParents(Route(json::array({refusing}))));
}

TEST(AcceptanceTest, ALeftOverOfAParentNoLongerNamedIsPassedOver) {
  EXPECT_TRUE(AcceptedByItsParents(Route(json::array({Good("public", 3), Good("former", 1)}))));
}

TEST(AcceptanceTest, DefaultsOfAReferenceMayBeWrittenOut) {
  json parent = Good("public", 2);
  parent["parentRef"]["namespace"] = "shop";
  parent["parentRef"]["kind"] = "Gateway";
  parent["parentRef"]["group"] = "gateway.networking.k8s.io";
  EXPECT_FALSE(AcceptedByItsParents(Route(json::array({parent, Good("internal", 3)}))));
}

TEST(AcceptanceTest, WithoutAnAnswerNothingIsAccepted) {
  EXPECT_FALSE(AcceptedByItsParents(Route(json::array())));
  EXPECT_FALSE(AcceptedByItsParents({{"metadata", {{"generation", 1}}}}));
  EXPECT_FALSE(AcceptedByItsParents(json::array({1, 2})));
  EXPECT_FALSE(AcceptedByItsParents(Route("nonsense")));
}

}  // namespace
}  // namespace slogate::adapters::traffic
