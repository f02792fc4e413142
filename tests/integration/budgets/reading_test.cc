// Budgets read from a real Prometheus, at fifty random times, against the events themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "demo/machine/machine.h"
#include "integration/budgets/budget_bed.h"
#include "integration/budgets/true_budget.h"
#include "integration/budgets/true_wholes.h"
#include "rules/rule_yaml.h"
#include "spec/slo/sli_promql.h"

namespace slogate::tests {
namespace {

using core::BudgetOrigin;
using core::CountProblem;
using core::SourceProblem;
using std::chrono::hours;
using std::chrono::minutes;

constexpr int kTimes = 50;
constexpr int kDay = 24 * 60;

std::vector<int> RandomTimes() {
  std::mt19937_64 engine(41);
  std::vector<int> times;
  for (int i = 0; i < kTimes; ++i) {
    times.push_back(31 * kDay + static_cast<int>(engine() % (5 * kDay)) + 1);
  }
  std::sort(times.begin(), times.end());
  return times;
}

struct Requested {
  const core::ServiceLevelObjective& slo;
  const core::SloObjective& objective;
  core::BudgetPlan plan;

  std::string id() const { return core::SloId(slo, objective); }
  core::BudgetTerms terms() const {
    return {objective.target, objective.sla_target, slo.window, objective.alerting.rows, 1};
  }
};

class BudgetReadingTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new EventWorld(7);
    bed_ = new BudgetBed(*world_);
    slos_ = new std::vector<core::ServiceLevelObjective>(TenSlos());
  }
  static void TearDownTestSuite() {
    delete slos_;
    delete bed_;
    delete world_;
  }

  core::BudgetReading Read(const std::string& key, const core::BudgetPlan& plan) {
    ports::MetricsConnection connection;
    connection.address = bed_->address();
    connection.timeout = std::chrono::seconds(60);
    core::BudgetReading reading = budgets_.ReadBudget(key, connection, plan);
    EXPECT_EQ(reading.source, SourceProblem::kNone) << reading.message;
    return reading;
  }

  // Calls `check` for every objective at every time.
  template <typename Check>
  void AtAllTimes(const Check& check) {
    for (const core::ServiceLevelObjective& slo : *slos_) {
      for (const core::SloObjective& objective : slo.objectives) {
        for (const int minute : RandomTimes()) {
          const auto plan = core::PlanBudget(slo, objective, AtMinute(minute));
          ASSERT_TRUE(plan);
          const Requested requested{slo, objective, *plan};
          SCOPED_TRACE(requested.id() + " at minute " + std::to_string(minute));
          check(requested, minute);
          if (HasFatalFailure()) return;
        }
      }
    }
  }

  static inline EventWorld* world_ = nullptr;
  static inline BudgetBed* bed_ = nullptr;
  static inline std::vector<core::ServiceLevelObjective>* slos_ = nullptr;
  adapters::prometheus::PrometheusBudgets budgets_;
};

void ExpectCount(const core::WindowCounts& counts, const std::optional<TrueCount>& expected,
                 const std::string& what) {
  if (!expected) {
    EXPECT_EQ(counts.problem, CountProblem::kNoSeries) << what;
  } else if (expected->unknown) {
    EXPECT_EQ(counts.problem, CountProblem::kNotANumber) << what;
  } else {
    ASSERT_EQ(counts.problem, CountProblem::kNone) << what;
    ExpectClose(counts.counts.total, expected->total, kExact, what + ", all");
    ExpectClose(counts.counts.bad, expected->bad, kExact, what + ", bad");
  }
}

TrueBudget BudgetOf(const Requested& requested) {
  TrueBudget budget;
  budget.target = requested.objective.target;
  const core::TimePoint at = requested.plan.at;
  budget.window = requested.plan.period;
  if (std::holds_alternative<core::CalendarUnit>(requested.slo.window)) {
    // The world begins with March: its April begins 31 days later.
    const core::TimePoint april = kWorldBegin + hours(31 * 24);
    budget.window = hours(30 * 24);
    budget.left = april + budget.window - at;
    budget.share_of_window =
        static_cast<double>((at - april).count()) / static_cast<double>(budget.window.count());
  }
  return budget;
}

// Every chunk and every burn window against the events in it; the chunks make up the window.
TrueBudget ExpectSeries(const Requested& requested, const core::BudgetSeries& series,
                        const TrueIndicator& truth) {
  TrueBudget budget = BudgetOf(requested);
  core::TimePoint reached = requested.plan.first;
  for (const core::WindowCounts& chunk : series.chunks) {
    EXPECT_EQ(chunk.end - chunk.length, reached);
    reached = chunk.end;
    const auto expected = truth.Over(MinuteOf(chunk.end), chunk.length);
    ExpectCount(chunk, expected, "piece up to " + std::to_string(MinuteOf(chunk.end)));
    if (!expected || expected->unknown) continue;
    budget.events += expected->total;
    budget.bad += expected->bad;
  }
  EXPECT_EQ(reached, requested.plan.at);
  for (std::size_t i = 0; i < requested.plan.windows.size(); ++i) {
    const core::Duration length = requested.plan.windows[i];
    const auto expected = truth.Over(MinuteOf(requested.plan.at), length);
    ExpectCount(series.windows.at(i), expected,
                "window of " + std::to_string(length.count()) + " ms");
  }
  return budget;
}

void ExpectBurns(const Requested& requested, const core::BudgetVerdict& verdict,
                 const TrueIndicator& truth, TrueBudget& budget) {
  const int minute = MinuteOf(requested.plan.at);
  for (const core::BurnReading& burn : verdict.burns) {
    const auto count = truth.Over(minute, burn.window);
    const bool known = count && !count->unknown && count->total > 0;
    ASSERT_EQ(burn.burn.has_value(), known) << burn.window.count();
    if (!known) continue;
    ExpectClose(*burn.burn, count->ratio() / (1 - requested.objective.target), kExact, "burn");
    if (burn.window == requested.plan.period / 720 || burn.window == hours(1)) {
      budget.hour_burn = *burn.burn;
    }
  }
}

TEST_F(BudgetReadingTest, RawCountersGiveTheBudgetThatTheEventsGive) {
  AtAllTimes([&](const Requested& requested, int minute) {
    const core::BudgetReading reading = Read(requested.id(), requested.plan);
    EXPECT_EQ(reading.origin, BudgetOrigin::kCounters);
    ASSERT_FALSE(reading.series.empty());
    const TrueIndicator truth(*world_, requested.id());
    const auto verdict = core::JudgeBudget(requested.terms(), reading.series[0], requested.plan.at);
    if (std::holds_alternative<core::RatioIndicator>(requested.plan.indicator)) {
      const auto count = truth.Over(minute, requested.plan.period);
      EXPECT_FALSE(verdict.counted);
      ExpectClose(verdict.remaining, 1 - count->ratio() / (1 - requested.objective.target), kExact,
                  "remaining");
      ExpectSince(requested.plan, verdict, truth);
      return;
    }
    TrueBudget budget = ExpectSeries(requested, reading.series[0], truth);
    ExpectBurns(requested, verdict, truth, budget);
    ExpectBudget(verdict, budget);
    const bool rolling = budget.left == core::Duration(0);
    const int window_began = MinuteOf(requested.plan.first);
    EXPECT_EQ(verdict.provisional, rolling && truth.born() > window_began + 60);
  });
}

// Composites and journeys, judged as a whole SLO is, each at the same times.
TEST_F(BudgetReadingTest, WholesAreWhatTheEventsOfTheirPartsGive) {
  const CountOver over = [](const TrueIndicator& whole, int end, core::Duration length) {
    return whole.Over(end, length);
  };
  for (const core::ServiceLevelObjective& slo : WholeSlos()) {
    for (const int minute : RandomTimes()) {
      const core::TimePoint at = AtMinute(minute);
      const auto readings = ReadAll(
          slo, at, [&](const core::BudgetPlan& plan) { return Read(plan.objective, plan); });
      const auto summary = core::JudgeSlo(slo, readings, core::ChangePriority::kNormal, at);
      for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
        const core::SloObjective& objective = slo.objectives[i];
        const std::string id = core::SloId(slo, objective);
        SCOPED_TRACE(id + " at minute " + std::to_string(minute));
        const core::BudgetVerdict& verdict = summary.objectives.at(i).verdicts.front();
        if (TrueIndicator(*world_, id).is_whole()) {
          ExpectWhole({*world_, slo, objective, at}, verdict, readings[0].series[0].chunks,
                      {over, over});
        } else {
          const Requested requested{slo, objective, *core::PlanBudget(slo, objective, at)};
          const TrueIndicator truth(*world_, id);
          TrueBudget budget = ExpectSeries(requested, readings[i].series.at(0), truth);
          ExpectBurns(requested, verdict, truth, budget);
          ExpectBudget(verdict, budget);
        }
        if (HasFatalFailure()) return;
      }
    }
  }
}

// What was counted request by request lies between the bounds.
TEST_F(BudgetReadingTest, BoundsHoldWhatIsCountedPerRequest) {
  const core::ServiceLevelObjective kiosk = WholeSlos().at(0);
  int compared = 0;
  for (const int minute : RandomTimes()) {
    const core::TimePoint at = AtMinute(minute);
    const auto readings = ReadAll(
        kiosk, at, [&](const core::BudgetPlan& plan) { return Read(plan.objective, plan); });
    const auto summary = core::JudgeSlo(kiosk, readings, core::ChangePriority::kNormal, at);
    const core::BudgetVerdict& counted = summary.objectives.at(3).verdicts.front();
    const core::BudgetVerdict& bounded = summary.objectives.at(4).verdicts.front();
    // An hour in which one part was not a number is known request by request alone.
    if (counted.missed != bounded.missed) continue;
    ++compared;
    EXPECT_LE(bounded.remaining, counted.remaining) << minute;
    EXPECT_GE(*bounded.remaining_at_best, counted.remaining) << minute;
    EXPECT_LT(bounded.remaining + 0.01, *bounded.remaining_at_best) << minute;
  }
  EXPECT_GT(compared, kTimes / 2);
}

TEST_F(BudgetReadingTest, WhatIsRememberedEqualsWhatIsRequestedAgain) {
  AtAllTimes([&](const Requested& requested, int minute) {
    const core::BudgetReading remembered = Read(requested.id(), requested.plan);
    if (minute % 5 != 0) return;
    const core::BudgetReading again = Read("", requested.plan);
    ASSERT_EQ(remembered.series.size(), again.series.size());
    for (std::size_t i = 0; i < again.series.size(); ++i) {
      EXPECT_EQ(remembered.series[i].cohort, again.series[i].cohort);
      ASSERT_EQ(remembered.series[i].chunks.size(), again.series[i].chunks.size());
      for (std::size_t p = 0; p < again.series[i].chunks.size(); ++p) {
        EXPECT_EQ(remembered.series[i].chunks[p].counts, again.series[i].chunks[p].counts);
        EXPECT_EQ(remembered.series[i].chunks[p].problem, again.series[i].chunks[p].problem);
      }
    }
  });
}

TEST_F(BudgetReadingTest, CohortsAreCountedEachByItself) {
  AtAllTimes([&](const Requested& requested, int) {
    if (requested.plan.cohort_label.empty()) return;
    const core::BudgetReading reading = Read(requested.id(), requested.plan);
    std::vector<std::string> cohorts;
    for (const core::BudgetSeries& series : reading.series) {
      cohorts.push_back(series.cohort);
      ExpectSeries(requested, series, TrueIndicator(*world_, requested.id(), series.cohort));
    }
    EXPECT_THAT(cohorts, ::testing::ElementsAre("", "eu", "us", "ap"));
  });
}

TEST_F(BudgetReadingTest, GapsAreNamed) {
  const auto slo = std::find_if(slos_->begin(), slos_->end(),
                                [](const auto& each) { return each.service == "ledger"; });
  ASSERT_NE(slo, slos_->end());
  const core::TimePoint at = AtMinute(34 * kDay);
  const auto plan = core::PlanBudget(*slo, slo->objectives[0], at);
  const core::BudgetReading reading = Read("", *plan);
  const core::BudgetVerdict verdict =
      core::JudgeBudget({0.999, {}, slo->window, {}, 1}, reading.series.front(), at);
  ASSERT_EQ(verdict.gaps.size(), 1U);
  EXPECT_EQ(verdict.gaps[0].from, AtMinute(32 * kDay + 22 * 60));
  EXPECT_EQ(verdict.gaps[0].to, AtMinute(33 * kDay + 60));
  EXPECT_EQ(verdict.gaps[0].problem, CountProblem::kNoSeries);
}

}  // namespace
}  // namespace slogate::tests
