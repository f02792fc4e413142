#include "spec/status/conditions.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace slogate::spec {
namespace {

using core::Phase;
using core::Reason;
using nlohmann::json;

constexpr std::int64_t kManyBlocks = 400;
constexpr core::TimePoint kNow(std::chrono::milliseconds(1'795'291'200'250));

json ConditionsOf(const core::RolloutState& state, const json& previous = nullptr) {
  return ConditionsToJson(state, 4, previous, kNow);
}

json ConditionOf(const core::RolloutState& state, const std::string& type) {
  for (const json& condition : ConditionsOf(state)) {
    if (condition["type"] == type) return condition;
  }
  return nullptr;
}

std::map<std::string, std::string> StatusesOf(const core::RolloutState& state) {
  std::map<std::string, std::string> statuses;
  for (const json& condition : ConditionsOf(state)) {
    statuses[condition["type"]] = condition["status"];
  }
  return statuses;
}

TEST(ConditionsTest, FollowThePhase) {
  core::RolloutState state;
  EXPECT_EQ(StatusesOf(state)["Ready"], "False");
  EXPECT_EQ(StatusesOf(state)["Progressing"], "False");
  EXPECT_EQ(StatusesOf(state)["EvidenceAvailable"], "Unknown");
  state.phase = Phase::kProgressing;
  state.frozen.emplace();
  EXPECT_EQ(StatusesOf(state)["Ready"], "True");
  EXPECT_EQ(StatusesOf(state)["Progressing"], "True");
  EXPECT_EQ(StatusesOf(state)["EvidenceAvailable"], "True");
  state.phase = Phase::kPromoted;
  EXPECT_EQ(StatusesOf(state)["Promoted"], "True");
  EXPECT_EQ(StatusesOf(state)["Progressing"], "False");
  EXPECT_EQ(StatusesOf(state)["RolledBack"], "False");
  state.phase = Phase::kRolledBack;
  EXPECT_EQ(StatusesOf(state)["RolledBack"], "True");
  EXPECT_EQ(StatusesOf(state)["Promoted"], "False");
}

TEST(ConditionsTest, SayWhyEvidenceIsMissing) {
  core::RolloutState state;
  state.phase = Phase::kPaused;
  state.paused_phase = Phase::kProgressing;
  state.frozen.emplace();
  state.missing_since = kNow;
  state.reason = Reason::kSourceFailed;
  state.message = "Prometheus answered 500";
  for (const json& condition : ConditionsOf(state)) {
    if (condition["type"] == "EvidenceAvailable" || condition["type"] == "Paused") {
      EXPECT_EQ(condition["status"], condition["type"] == "Paused" ? "True" : "False");
      EXPECT_EQ(condition["reason"], "SourceFailed");
      EXPECT_EQ(condition["message"], "Prometheus answered 500");
    }
  }
}

TEST(ConditionsTest, TellTheAaTestOfTheEnforcedObjectives) {
  using AaTest = core::Calibration::AaTest;
  core::RolloutState state;
  EXPECT_EQ(StatusesOf(state)["AATest"], "Unknown");
  auto& objectives = state.frozen.emplace().objectives;
  objectives.resize(3);
  objectives[0].name = "errors";
  objectives[1].name = "latency";
  objectives[2].mode = core::Mode::kReport;
  objectives[2].calibration.aa_test = AaTest::kFired;
  EXPECT_EQ(StatusesOf(state)["AATest"], "Unknown");
  objectives[0].calibration.aa_test = AaTest::kQuiet;
  EXPECT_EQ(StatusesOf(state)["AATest"], "Unknown");
  objectives[1].calibration.aa_test = AaTest::kQuiet;
  EXPECT_EQ(StatusesOf(state)["AATest"], "True");
  objectives[1].calibration.aa_test = AaTest::kFired;
  EXPECT_EQ(StatusesOf(state)["AATest"], "False");
  const json condition = ConditionOf(state, "AATest");
  EXPECT_EQ(condition["reason"], "Fired");
  EXPECT_NE(condition["message"].get<std::string>().find("(latency)"), std::string::npos);
}

TEST(ConditionsTest, TrustNamesWhatWasNotMeasured) {
  using AaTest = core::Calibration::AaTest;
  core::RolloutState state;
  const auto trust = [&state] {
    const json condition = ConditionOf(state, "Trust");
    return condition["status"].get<std::string>() + " " + condition["reason"].get<std::string>();
  };
  EXPECT_EQ(trust(), "Unknown NoRollout");
  auto& objectives = state.frozen.emplace().objectives;
  EXPECT_EQ(trust(), "True Measured");  // nothing is enforced
  objectives.resize(2);
  objectives[0].name = "errors";
  objectives[0].parameters.dispersion = {1, 1, 1, true, false, false};
  objectives[0].calibration.aa_test = AaTest::kQuiet;
  objectives[1].name = "latency";
  objectives[1].mode = core::Mode::kReport;
  EXPECT_EQ(trust(), "True Measured") << "what is only reported rolls nothing back";
  objectives[1].mode = core::Mode::kEnforce;
  EXPECT_EQ(trust(), "False Assumed");
  EXPECT_TRUE(
      ConditionOf(state, "Trust")["message"].get<std::string>().ends_with(": latency 4 times"));
  objectives[1].parameters.dispersion.given = true;
  EXPECT_EQ(trust(), "Unknown NotTested");
  EXPECT_TRUE(
      ConditionOf(state, "Trust")["message"].get<std::string>().ends_with(" a bad release."));
  objectives[1].calibration.aa_test = AaTest::kQuiet;
  EXPECT_EQ(trust(), "True Given");
  EXPECT_EQ(
      ConditionOf(state, "Trust")["message"],
      "The policy gives how requests arrive. Evidence is slowed: latency 4 times. The rest is "
      "measured on the baseline. Evidence is slowed: errors 1 times. The gate would not have "
      "fired on the baseline against itself. errors, latency: series do not tell pods apart, "
      "so differences between pods are not measured and one bad node may be taken for a bad "
      "release.");
  objectives[1].parameters.dispersion = {1, 1, 1, true, false, false};
  EXPECT_EQ(trust(), "True Measured");
  objectives[0].parameters.dispersion.capped = true;
  EXPECT_EQ(trust(), "False Capped");
  state.frozen->steps.resize(1);
  objectives[0].slow_steps = {kManyBlocks};
  EXPECT_EQ(trust(), "False SlowEvidence");
  objectives[1].calibration.aa_test = AaTest::kFired;
  EXPECT_EQ(trust(), "False AATestFired");
}

TEST(ConditionsTest, AnUnsoundPolicyIsNotReady) {
  core::RolloutState state;
  state.phase = Phase::kProgressing;
  state.reason = Reason::kInvalidPolicy;
  state.message = "spec.steps: is empty";
  const json ready = ConditionsOf(state)[0];
  EXPECT_EQ(ready["status"], "False");
  EXPECT_EQ(ready["reason"], "InvalidPolicy");
  EXPECT_EQ(ready["message"], "spec.steps: is empty");
}

TEST(ConditionsTest, KeepTheTimeOfTheLastChange) {
  core::RolloutState state;
  state.phase = Phase::kReady;
  json previous = {{"conditions", ConditionsOf(state)}};
  for (json& condition : previous["conditions"]) {
    condition["lastTransitionTime"] = "2026-01-01T00:00:00Z";
  }
  state.phase = Phase::kRolledBack;
  for (const json& condition : ConditionsOf(state, previous)) {
    const bool changed = condition["type"] == "RolledBack";
    EXPECT_EQ(condition["lastTransitionTime"],
              changed ? "2026-11-21T20:00:00Z" : "2026-01-01T00:00:00Z")
        << condition;
    EXPECT_EQ(condition["observedGeneration"], 4);
  }
}

TEST(ConditionsTest, DistrustWhatStoodThereBefore) {
  const core::RolloutState state;
  for (
      const char* previous :
      {"5", "{}", R"({"conditions": 5})", R"({"conditions": [5, null, {}]})",
       R"({"conditions": [{"type": "Ready", "status": "False"}]})",
       R"({"conditions": [{"type": 5, "status": {}, "lastTransitionTime": 5}]})",
       R"({"conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "soon"}]})"}) {
    EXPECT_EQ(ConditionsOf(state, json::parse(previous))[0]["lastTransitionTime"],
              "2026-11-21T20:00:00Z");
  }
}

TEST(ConditionsTest, EveryPhaseGivesCompleteConditions) {
  for (int phase = 0; !core::ToString(static_cast<Phase>(phase)).empty(); ++phase) {
    core::RolloutState state;
    state.phase = static_cast<Phase>(phase);
    for (const json& condition : ConditionsOf(state)) {
      EXPECT_FALSE(condition["reason"].get<std::string>().empty());
      EXPECT_EQ(condition.size(), 6U);
    }
  }
}

TEST(ConditionsTest, TellWhetherErrorBudgetsAreHealthy) {
  core::RolloutState state;
  EXPECT_EQ(ConditionOf(state, "BudgetHealthy")["reason"], "NotAsked");
  state.budgets = {{}, {}};
  state.budgets[0].objective = "errors";
  state.budgets[0].known = true;
  state.budgets[1].objective = "latency";
  EXPECT_EQ(ConditionOf(state, "BudgetHealthy")["status"], "Unknown");
  state.budgets[1].known = true;
  EXPECT_EQ(ConditionOf(state, "BudgetHealthy")["status"], "True");
  state.budgets[0].exhausted = state.budgets[0].provisional = true;
  EXPECT_EQ(ConditionOf(state, "BudgetHealthy")["status"], "True") << "a young one is not";
  state.budgets[1].burning = true;
  EXPECT_EQ(ConditionOf(state, "BudgetHealthy")["reason"], "BudgetBurning");
  state.budgets[0].provisional = false;
  EXPECT_EQ(ConditionOf(state, "BudgetHealthy")["message"],
            "The error budget is exhausted: errors");
}

TEST(ConditionsTest, TellWhetherTheCanaryIsCovered) {
  core::RolloutState state;
  EXPECT_EQ(ConditionOf(state, "CanaryCovered")["reason"], "NotYetChecked");
  EXPECT_EQ(ConditionOf(state, "CanaryCovered")["status"], "Unknown");
  state.coverage = core::CoverageStatus{std::nullopt, "NotChecked", "Not checked"};
  EXPECT_EQ(ConditionOf(state, "CanaryCovered")["status"], "Unknown");
  state.coverage->covered = false;
  EXPECT_EQ(ConditionOf(state, "CanaryCovered")["status"], "False");
  EXPECT_EQ(ConditionOf(state, "CanaryCovered")["message"], "Not checked");
}

}  // namespace
}  // namespace slogate::spec
