// A policy whose promises are written in a ServiceLevelObjective, and what budgets do to it.
#include "spec/slo/slo_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "spec/policy/policy_yaml.h"
#include "unit/spec/policy/sample_policy.h"

namespace slogate::spec {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kSlo = R"(apiVersion: slogate.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: checkout
spec:
  service: checkout
  window: 28d
  gate:
    rollouts:
      onExhausted: Hold
      maxBudgetSpend: 5
  objectives:
    - name: errors
      dimension: availability
      target: 99.9
      alerting:
        burnRates:
          - {severity: Page, longWindow: 1h, shortWindow: 5m, factor: 10}
      indicator:
        counters:
          total: http_requests_total{service="checkout"}
          bad: http_requests_total{service="checkout",code=~"5.."}
    - name: slow
      dimension: latency
      target: 95
      mode: Report
      indicator:
        histogram:
          metric: http_seconds{service="checkout"}
          threshold: 0.3
    - name: bought
      dimension: availability
      target: 99
      indicator:
        journey:
          steps:
            - objective: errors
            - objective: slow
              after: [errors]
)";

constexpr const char* kPolicy = R"(apiVersion: slogate.dev/v1alpha1
kind: RolloutPolicy
metadata:
  name: checkout
spec:
  workload:
    ref: {name: checkout}
  routes:
    - httpRoute:
        name: checkout
        canaryService: checkout-canary
        baselineService: checkout
  prometheus:
    address: http://prometheus:9090
  slo:
    name: checkout
)";

ParsedPolicy Parsed(const std::string& more, const std::string& slo = kSlo) {
  return ParsePolicyYaml(kPolicy + more + "---\n" + slo, "policy.yaml");
}

std::string Mistakes(const ParsedPolicy& parsed) {
  std::string all;
  for (const Mistake& mistake : parsed.mistakes) all += ToString(mistake) + "\n";
  return all;
}

TEST(SloImportTest, APolicyKeepsThePromisesThatCountEventsOfItsTracks) {
  const ParsedPolicy parsed = Parsed("");
  ASSERT_TRUE(parsed.policy) << Mistakes(parsed);
  EXPECT_EQ(parsed.slo, "checkout");
  const std::vector<core::Objective>& objectives = parsed.policy->objectives;
  ASSERT_EQ(objectives.size(), 2u);
  EXPECT_EQ(objectives[0].name, "errors");
  EXPECT_EQ(objectives[0].service, "checkout");
  EXPECT_DOUBLE_EQ(objectives[0].target, 0.999);
  EXPECT_EQ(objectives[0].window, core::BudgetWindow(std::chrono::hours(24 * 28)));
  ASSERT_EQ(objectives[0].burn_rows.size(), 1u);
  EXPECT_EQ(objectives[0].margins, core::Margins{});
  EXPECT_EQ(objectives[1].mode, core::Mode::kReport);
  ASSERT_TRUE(parsed.policy->budget);
  EXPECT_EQ(parsed.policy->budget->on_exhausted, core::BudgetEffect::kHold);
  EXPECT_EQ(parsed.policy->budget->max_budget_spend, 0.05);
}

constexpr const char* kCalendar = R"(  calendar:
    - name: Winter sale
      from: 2026-11-27T00:00:00Z
      to: 2026-12-01T00:00:00Z
      budgetFactor: 0.5
      frozenBelow: Emergency
)";

TEST(SloImportTest, TheCalendarComesAlong) {
  const ParsedPolicy parsed = Parsed("", std::string(kSlo) + kCalendar);
  ASSERT_TRUE(parsed.policy) << Mistakes(parsed);
  ASSERT_EQ(parsed.policy->calendar.size(), 1u);
  const core::CalendarEntry& entry = parsed.policy->calendar[0];
  EXPECT_EQ(entry.name, "Winter sale");
  EXPECT_EQ(entry.budget_factor, 0.5);
  EXPECT_EQ(entry.frozen_below, core::ChangePriority::kEmergency);
  EXPECT_EQ(parsed.policy->priority, core::ChangePriority::kNormal);
}

TEST(SloImportTest, AFreezeIsOfThoseChangesThatTheGateWouldBlock) {
  std::string slo = std::string(kSlo) + kCalendar;
  slo.replace(slo.find("    rollouts:"), 0, "    neverBlockedFrom: High\n");
  const ParsedPolicy parsed = Parsed("  priority: High\n", slo);
  ASSERT_TRUE(parsed.policy) << Mistakes(parsed);
  EXPECT_EQ(parsed.policy->calendar.at(0).frozen_below, core::ChangePriority::kHigh);
  EXPECT_EQ(parsed.policy->priority, core::ChangePriority::kHigh);
}

TEST(SloImportTest, APolicySaysHowItJudgesThemAndHasObjectivesOfItsOwn) {
  const ParsedPolicy parsed = Parsed(R"(  budget:
    onBurning: Hold
  objectives:
    - name: own
      dimension: availability
      target: 99
      calendarWindow: Month
      indicator:
        counters: {total: a, bad: b}
    - name: slow
      mode: Enforce
      margins: {minEffect: 0.1}
      shift: Enforce
      burnRates:
        - {severity: Page, longWindow: 30s, shortWindow: 10s, factor: 5}
)");
  ASSERT_TRUE(parsed.policy) << Mistakes(parsed);
  const std::vector<core::Objective>& objectives = parsed.policy->objectives;
  ASSERT_EQ(objectives.size(), 3u);
  EXPECT_EQ(objectives[0].name, "own");
  EXPECT_EQ(objectives[0].window, core::BudgetWindow(core::CalendarUnit::kMonth));
  EXPECT_EQ(objectives[0].service, "");
  EXPECT_EQ(objectives[1].name, "slow");
  EXPECT_EQ(objectives[1].mode, core::Mode::kEnforce);
  EXPECT_EQ(objectives[1].shift, core::Shift::kEnforce);
  EXPECT_DOUBLE_EQ(objectives[1].margins.d, 0.1);
  EXPECT_DOUBLE_EQ(objectives[1].target, 0.95);
  ASSERT_EQ(objectives[1].burn_rows.size(), 1u);
  EXPECT_EQ(objectives[1].burn_rows[0].short_window, std::chrono::seconds(10));
  EXPECT_EQ(objectives[2].name, "errors");
  EXPECT_EQ(parsed.policy->budget->on_burning, core::BudgetEffect::kHold);
  EXPECT_EQ(parsed.policy->budget->max_budget_spend, std::nullopt)
      << "the policy's own, as a whole";
}

TEST(SloImportTest, APromiseIsNotMadeTwice) {
  const ParsedPolicy parsed = Parsed("  objectives:\n    - {name: errors, target: 99}\n");
  EXPECT_THAT(Mistakes(parsed),
              HasSubstr("spec.objectives[0].target: is promised by the ServiceLevelObjective "
                        "already; remove it here"));
}

TEST(SloImportTest, AReferenceThatLeadsNowhereIsTheOnlyMistake) {
  const ParsedPolicy parsed =
      ParsePolicyYaml(kPolicy + std::string("  objectives:\n    - name: errors\n"), "policy.yaml");
  EXPECT_EQ(Mistakes(parsed),
            "policy.yaml:16:5: spec.slo.name: 'checkout' is not among what was given; give the "
            "ServiceLevelObjective of this name as well\n");
}

TEST(SloImportTest, AReferenceMayLeadElsewhere) {
  const SloLookup elsewhere =
      [](const std::string& name) -> tl::expected<core::ServiceLevelObjective, SloMissing> {
    return tl::unexpected(SloMissing{"'" + name + "' is nowhere", "make one"});
  };
  EXPECT_THAT(Mistakes(ParsePolicyYaml(kPolicy, "f", elsewhere)),
              HasSubstr("'checkout' is nowhere; make one"));
}

TEST(SloImportTest, AnUnsoundObjectiveIsNamed) {
  std::string slo = kSlo;
  slo.replace(slo.find("target: 99.9"), 12, "target: 9999");
  EXPECT_THAT(Mistakes(Parsed("", slo)), HasSubstr("'checkout' is unsound: "));
}

TEST(SloImportTest, SaysWhyNothingCanBeCounted) {
  std::string slo = kSlo;
  const std::size_t from = slo.find("      alerting:");
  slo.replace(from, slo.find("    - name: slow") - from,
              "      indicator:\n        ratio: {badRatio: 'avg_over_time(a[{{.window}}])'}\n");
  slo.erase(slo.find("    - name: slow"));
  EXPECT_THAT(Mistakes(Parsed("", slo)),
              HasSubstr("has no objective that a rollout can count: errors: it is a ratio"));
}

TEST(SloImportTest, WithoutAReferenceThereMustBeObjectives) {
  std::string policy = kPolicy;
  policy.erase(policy.find("  slo:"));
  EXPECT_THAT(Mistakes(ParsePolicyYaml(policy, "f")),
              HasSubstr("spec.objectives: is missing; give at least one objective"));
}

json WithBudget(const json& budget) {
  json object = SamplePolicy();
  object["spec"]["budget"] = budget;
  return object;
}

TEST(PolicyBudgetTest, AnEmptyBudgetHasDefaults) {
  const auto policy = PolicyFromJson(WithBudget(json::object()));
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->budget, core::RolloutBudget{});
  EXPECT_EQ(PolicyFromJson(WithBudget({{"enabled", false}}))->budget, std::nullopt);
}

TEST(PolicyBudgetTest, EveryFieldIsRead) {
  const auto policy =
      PolicyFromJson(WithBudget({{"onExhausted", "Pause"},
                                 {"onBurning", "Ignore"},
                                 {"maxBudgetSpend", 2.5},
                                 {"tighten", {{"below", 30}, {"minEffect", 0.01}}}}));
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->budget->on_exhausted, core::BudgetEffect::kPause);
  EXPECT_EQ(policy->budget->on_burning, core::BudgetEffect::kIgnore);
  EXPECT_DOUBLE_EQ(*policy->budget->max_budget_spend, 0.025);
  EXPECT_DOUBLE_EQ(*policy->budget->tighten_below, 0.3);
  EXPECT_DOUBLE_EQ(policy->budget->tightened_d, 0.01);
}

TEST(PolicyBudgetTest, MistakesNameTheFieldAndTheFix) {
  for (const auto& [budget, words] :
       {std::pair{R"({"onExhausted": "Stop"})", "spec.budget.onExhausted: 'Stop' is unknown"},
        std::pair{R"({"maxBudgetSpend": 0})", "spec.budget.maxBudgetSpend: 0 is out of range"},
        std::pair{R"({"tighten": {"below": 30}})", "spec.budget.tighten.minEffect: is missing"},
        std::pair{R"({"onBurn": "Pause"})", "spec.budget.onBurn"}}) {
    const auto policy = PolicyFromJson(WithBudget(json::parse(budget)));
    ASSERT_FALSE(policy) << budget;
    EXPECT_THAT(policy.error().message, HasSubstr(words));
  }
}

TEST(PolicyBudgetTest, AWindowIsRollingOrOfTheCalendar) {
  json object = SamplePolicy();
  object["spec"]["objectives"][0]["window"] = "7d";
  object["spec"]["objectives"][0]["calendarWindow"] = "Week";
  const auto policy = PolicyFromJson(object);
  ASSERT_FALSE(policy);
  EXPECT_THAT(policy.error().message, HasSubstr("calendarWindow: is given besides window"));
}

}  // namespace
}  // namespace slogate::spec
