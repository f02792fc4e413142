// Budgets and burns out of what Pyrra's rules record, on a real Prometheus with 36 days of events,
// against the events themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "integration/budgets/budget_bed.h"
#include "integration/budgets/true_budget.h"
#include "places.h"
#include "spec/text/units.h"

namespace slogate::tests {
namespace {

using core::BudgetOrigin;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr int kDay = 24 * 60;
constexpr int kRulesInterval = 5;
const std::string kFolder = std::string(SLOGATE_SOURCE_DIR) + "/tests/integration/budgets/pyrra/";

std::vector<int> RandomTimes() {
  std::mt19937_64 engine(47);
  std::vector<int> times;
  for (int i = 0; i < 12; ++i) {
    times.push_back(31 * kDay + 60 + static_cast<int>(engine() % (5 * kDay - 60)));
  }
  std::sort(times.begin(), times.end());
  return times;
}

int NewestEvaluation(int minute) { return minute - minute % kRulesInterval; }

std::vector<rules::Rule> PyrraRules() {
  std::vector<rules::Rule> found;
  const YAML::Node file = YAML::LoadFile(kFolder + "rules.yaml");
  for (const auto& group : file["groups"]) {
    for (const auto& rule : group["rules"]) {
      rules::Rule one;
      one.record = rule["record"].as<std::string>();
      one.expression = rule["expr"].as<std::string>();
      for (const auto& label : rule["labels"]) {
        one.labels.emplace_back(label.first.as<std::string>(), label.second.as<std::string>());
      }
      found.push_back(std::move(one));
    }
  }
  return found;
}

class PyrraTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new EventWorld(7);
    bed_ = new BudgetBed(*world_);
    bed_->Record({{PyrraRules(), AtMinute(31 * kDay)}}, AtMinute(kWorldMinutes));
  }
  static void TearDownTestSuite() {
    delete bed_;
    delete world_;
  }

  core::BudgetReading Read(const core::BudgetPlan& plan) {
    ports::MetricsConnection connection;
    connection.address = bed_->address();
    connection.timeout = std::chrono::seconds(60);
    core::BudgetReading reading = budgets_.ReadBudget("", connection, plan);
    EXPECT_EQ(reading.source, core::SourceProblem::kNone) << reading.message;
    return reading;
  }

  static inline EventWorld* world_ = nullptr;
  static inline BudgetBed* bed_ = nullptr;
  adapters::prometheus::PrometheusBudgets budgets_;
};

// The windows of which Pyrra records a burn rate of the whole objective.
std::vector<core::Duration> RecordedWindows(const std::string& service) {
  static const std::map<std::string, std::vector<std::string>> kWindows = {
      {"shop", {"5m", "32m", "1h4m", "2h9m", "6h26m", "1d1h43m", "4d6h51m"}},
      {"checkout", {"5m", "30m", "1h", "2h", "6h", "1d", "4d"}},
      {"counted", {"5m", "30m", "1h", "2h", "6h", "1d", "4d"}},
      {"pages", {"1m", "8m", "15m", "30m", "1h30m", "6h", "1d"}},
      {"region", {}},
      {"eu", {"5m", "30m", "1h", "2h", "6h", "1d", "4d"}},
      {"newborn", {"5m", "32m", "1h4m", "2h9m", "6h26m", "1d1h43m", "4d6h51m"}}};
  std::vector<core::Duration> windows;
  for (const std::string& text : kWindows.at(service)) {
    windows.push_back(spec::ParseDuration(text).value());
  }
  return windows;
}

void ExpectBurn(const core::BurnReading& burn, const std::optional<TrueCount>& truth,
                double target) {
  const bool known = truth && !truth->unknown && truth->total > 0;
  ASSERT_EQ(burn.burn.has_value(), known) << burn.window.count();
  if (known) ExpectClose(*burn.burn, truth->ratio() / (1 - target), kExact, "burn");
}

TEST_F(PyrraTest, BudgetsAndBurnsAreThoseOfTheEvents) {
  int recorded_burns = 0;
  for (const core::ServiceLevelObjective& slo : SlosIn(kFolder + "slos.yaml")) {
    const core::SloObjective& objective = slo.objectives[0];
    const TrueIndicator truth(*world_, core::SloId(slo, objective));
    const std::vector<core::Duration> recorded = RecordedWindows(slo.service);
    for (const int minute : RandomTimes()) {
      SCOPED_TRACE(slo.service + " at minute " + std::to_string(minute));
      const auto plan = core::PlanBudget(slo, objective, AtMinute(minute));
      const core::BudgetReading reading = Read(*plan);
      ASSERT_EQ(reading.origin, BudgetOrigin::kPyrraRules);
      EXPECT_THAT(reading.warnings, ::testing::IsEmpty());
      const core::BudgetVerdict verdict =
          core::JudgeBudget({objective.target, {}, slo.window, objective.alerting.rows, 1},
                            reading.series.at(0), plan->at);
      // As of the newest evaluation.
      const int newest = NewestEvaluation(minute);
      const auto whole = truth.Over(newest, plan->period);
      EXPECT_TRUE(verdict.counted);
      ExpectClose(verdict.events, whole->total, kExact, "events");
      ExpectClose(verdict.bad, whole->bad, kExact, "bad events");
      ExpectClose(verdict.remaining, 1 - whole->ratio() / (1 - objective.target), kExact,
                  "remaining");
      ASSERT_EQ(verdict.burns.size(), plan->windows.size());
      for (const core::BurnReading& burn : verdict.burns) {
        const bool is_recorded =
            std::find(recorded.begin(), recorded.end(), burn.window) != recorded.end();
        ExpectBurn(burn, truth.Over(is_recorded ? newest : minute, burn.window), objective.target);
        recorded_burns += is_recorded && burn.events == 0 ? 1 : 0;
      }
    }
  }
  EXPECT_GT(recorded_burns, 12 * 20);
}

TEST_F(PyrraTest, AServiceYoungerThanItsWindowIsProvisional) {
  for (const core::ServiceLevelObjective& slo : SlosIn(kFolder + "slos.yaml")) {
    SCOPED_TRACE(slo.service);
    const core::SloObjective& objective = slo.objectives[0];
    const TrueIndicator truth(*world_, core::SloId(slo, objective));
    const int minute = 34 * kDay + 61;
    const auto plan = core::PlanBudget(slo, objective, AtMinute(minute));
    const core::BudgetVerdict verdict = core::JudgeBudget({objective.target, {}, slo.window, {}, 1},
                                                          Read(*plan).series.at(0), plan->at);
    ExpectSince(*plan, verdict, truth);
  }
}

TEST_F(PyrraTest, WhatIsNotOfTheObjectiveIsNotUsed) {
  for (const core::ServiceLevelObjective& slo : SlosIn(kFolder + "strangers.yaml")) {
    SCOPED_TRACE(slo.name);
    const core::SloObjective& objective = slo.objectives[0];
    const int minute = 35 * kDay + 7 * 60 + 3;
    const auto plan = core::PlanBudget(slo, objective, AtMinute(minute));
    EXPECT_EQ(Read(*plan).origin, BudgetOrigin::kCounters);
  }
}

// One pod's counter is not a number when the rules are evaluated, which makes the sum none.
TEST_F(PyrraTest, ARecordedNanIsNoBudget) {
  const core::ServiceLevelObjective slo = SlosIn(kFolder + "slos.yaml").at(0);
  const int unreadable = 34 * kDay + 10 * 60;
  for (const int minute : {unreadable - 1, unreadable + 2, unreadable + 7}) {
    const auto plan = core::PlanBudget(slo, slo.objectives[0], AtMinute(minute));
    const bool poisoned = NewestEvaluation(minute) == unreadable;
    EXPECT_EQ(Read(*plan).origin, poisoned ? BudgetOrigin::kCounters : BudgetOrigin::kPyrraRules);
  }
}

}  // namespace
}  // namespace slogate::tests
