#include <gtest/gtest.h>

#include "slogate/core/coverage.h"

namespace slogate::core {
namespace {

using Level = CoverageFinding::Level;
using Op = LabelRequirement::Op;

const LabelSelector kByApp{{"app", Op::kIn, {"shop"}}};
const LabelSelector kByTier{{"tier", Op::kIn, {"web"}}};

Surroundings Shop() {
  Surroundings seen;
  seen.production = "shop";
  seen.canary = "shop-canary";
  seen.production_pods = {{"app", "shop"}, {"tier", "web"}};
  seen.canary_pods = {{"app", "shop-canary"}, {"tier", "web"}};
  seen.canary_services = {{"shop-canary", {{"app", "shop"}}}};
  seen.mappable = {"app", "tier"};
  return seen;
}

CoveringObject Object(CoverKind kind, const std::string& name, const LabelSelector& selector,
                      const std::string& field = "spec.selector") {
  CoveringObject object{kind, name};
  object.places = {{field, selector}};
  return object;
}

// The one finding about a service with just this object around it.
CoverageFinding Judged(const CoveringObject& object, Surroundings seen = Shop()) {
  seen.objects.push_back(object);
  const Coverage coverage = JudgeCoverage(seen);
  if (coverage.findings.empty()) return {Level::kFine, "", "no finding"};
  return coverage.findings.front();
}

TEST(JudgeCoverageTest, ANetworkPolicyThatMissesTheCanaryIsAWarningWithItsFix) {
  const auto found = Judged(Object(CoverKind::kNetworkPolicy, "shop", kByApp, "spec.podSelector"));
  EXPECT_EQ(found.level, Level::kWarning);
  EXPECT_EQ(found.message,
            "NetworkPolicy shop selects production's pods and not the canary's (app=shop-canary): "
            "what it allows and forbids does not hold for them");
  EXPECT_EQ(found.fix,
            "set its spec.podSelector to {matchExpressions: [{key: app, operator: In, values: "
            "[shop, shop-canary]}]}");
}

TEST(JudgeCoverageTest, APeerOfARuleMayAdmitTheCanary) {
  CoveringObject rule =
      Object(CoverKind::kNetworkPolicy, "db", kByApp, "spec.ingress[0].from[0].podSelector");
  rule.admits = true;
  EXPECT_EQ(Judged(rule).level, Level::kWarning);
  EXPECT_NE(Judged(rule).message.find("a good release fails where it may not connect"),
            std::string::npos);
  EXPECT_EQ(Judged(rule).fix.find("set its spec.ingress[0].from[0].podSelector to"), 0U);
  rule.places.push_back({"spec.ingress[0].from[1].podSelector", kByTier});
  EXPECT_EQ(Judged(rule).level, Level::kFine);
}

TEST(JudgeCoverageTest, WhatSelectsBothOrNeitherIsNoWarning) {
  EXPECT_EQ(Judged(Object(CoverKind::kNetworkPolicy, "all", {})).level, Level::kFine);
  EXPECT_EQ(Judged(Object(CoverKind::kPodMonitor, "web", kByTier)).level, Level::kFine);
  EXPECT_EQ(Judged(Object(CoverKind::kPodMonitor, "db", {{"app", Op::kIn, {"db"}}})).message,
            "no finding");
}

TEST(JudgeCoverageTest, APodMonitorThatMissesTheCanaryIsAWarning) {
  const auto found = Judged(Object(CoverKind::kPodMonitor, "shop", kByApp));
  EXPECT_EQ(found.level, Level::kWarning);
  EXPECT_NE(found.message.find("NoData"), std::string::npos);
}

TEST(JudgeCoverageTest, ADisruptionBudgetIsANote) {
  EXPECT_EQ(Judged(Object(CoverKind::kPodDisruptionBudget, "shop", kByApp)).level, Level::kNote);
}

TEST(JudgeCoverageTest, AServiceMonitorGoesByTheLabelsOfServices) {
  Surroundings seen = Shop();
  CoveringObject service = Object(CoverKind::kService, "shop", kByApp);
  service.labels = {{"app", "shop"}, {"release", "prod"}};
  seen.objects = {service};
  const auto judge = [&](const LabelSelector& selector) {
    Surroundings with = seen;
    with.objects.push_back(Object(CoverKind::kServiceMonitor, "shop", selector));
    for (const CoverageFinding& found : JudgeCoverage(with).findings) {
      if (found.object == "ServiceMonitor shop") return found;
    }
    return CoverageFinding{Level::kFine, "", "no finding"};
  };
  EXPECT_EQ(judge({{"app", Op::kIn, {"shop"}}}).level, Level::kFine);
  EXPECT_EQ(judge({{"app", Op::kIn, {"db"}}}).message, "no finding");
  const auto missing = judge({{"release", Op::kIn, {"prod"}}, {"app", Op::kExists}});
  EXPECT_EQ(missing.level, Level::kWarning);
  EXPECT_NE(missing.message.find("selects Service shop and no Service of the canary"),
            std::string::npos);
}

TEST(JudgeCoverageTest, AnAutoscalerOfProductionIsFineAndOneOfTheCanaryIsNot) {
  CoveringObject scaler{CoverKind::kAutoscaler, "shop"};
  scaler.scales = "shop";
  EXPECT_EQ(Judged(scaler).level, Level::kFine);
  scaler.scales = "shop-canary";
  EXPECT_EQ(Judged(scaler).level, Level::kWarning);
  scaler.scales = "db";
  EXPECT_EQ(Judged(scaler).message, "no finding");
}

TEST(JudgeCoverageTest, AServiceThatSelectsBothBlocks) {
  Surroundings seen = Shop();
  seen.objects = {Object(CoverKind::kService, "shop", kByApp),
                  Object(CoverKind::kService, "all", kByTier)};
  const Coverage coverage = JudgeCoverage(seen);
  EXPECT_EQ(coverage.findings.front().object, "Service all");
  EXPECT_EQ(BlockOf(coverage),
            "Service all selects the canary's pods beside production's, so its traffic reaches "
            "the canary whatever the weight; have it select by app=shop as well, or annotate it "
            "slogate.dev/both-tracks=true if it may reach both");
  EXPECT_EQ(StatusOf(coverage).covered, false);
  EXPECT_EQ(StatusOf(coverage).reason, "ServiceSelectsBoth");
  seen.objects.back().for_both = true;
  EXPECT_EQ(BlockOf(JudgeCoverage(seen)), "");
}

TEST(JudgeCoverageTest, ALabelThatEveryServiceSelectsByIsTheBetterOne) {
  Surroundings seen = Shop();
  LabelSelector both = kByApp;
  both.push_back(kByTier.front());
  seen.objects = {Object(CoverKind::kService, "shop", both),
                  Object(CoverKind::kService, "all", kByTier)};
  EXPECT_NE(BlockOf(JudgeCoverage(seen)).find("set workload.canaryLabel to tier"),
            std::string::npos);
}

TEST(JudgeCoverageTest, WhatIsNotCheckedIsUnknownUnlessSomethingIsMissing) {
  Surroundings seen = Shop();
  EXPECT_EQ(StatusOf(JudgeCoverage(seen)).covered, true);
  seen.unchecked = {"networkpolicies.networking.k8s.io"};
  const CoverageStatus unknown = StatusOf(JudgeCoverage(seen));
  EXPECT_EQ(unknown.covered, std::nullopt);
  EXPECT_EQ(unknown.reason, "NotChecked");
  EXPECT_NE(unknown.message.find("networkpolicies.networking.k8s.io"), std::string::npos);
  EXPECT_NE(unknown.message.find("allow.coverage"), std::string::npos);
  seen.objects = {Object(CoverKind::kPodMonitor, "shop", kByApp)};
  EXPECT_EQ(StatusOf(JudgeCoverage(seen)).covered, false);
  EXPECT_EQ(StatusOf(JudgeCoverage(seen)).reason, "NotCovered");
}

TEST(JudgeCoverageTest, AConditionHasRoomForAFewSentences) {
  Surroundings seen = Shop();
  for (int i = 0; i < 100; ++i) {
    seen.objects.push_back(Object(CoverKind::kPodMonitor, "shop-" + std::to_string(i), kByApp));
  }
  const CoverageStatus status = StatusOf(JudgeCoverage(seen));
  EXPECT_LE(status.message.size(), 1000U);
  EXPECT_NE(status.message.find("more: see gate validate --cluster"), std::string::npos);
}

TEST(JudgeCoverageTest, ASelectorThatCannotBeReadIsNamed) {
  CoveringObject odd{CoverKind::kPodMonitor, "odd"};
  odd.problem = "spec.selector cannot be read";
  EXPECT_EQ(Judged(odd).message, "PodMonitor odd is not checked: spec.selector cannot be read");
}

}  // namespace
}  // namespace slogate::core
