#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "slogate/core/budget.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

BudgetTerms Terms(double target = .99) {
  BudgetTerms terms;
  terms.target = target;
  return terms;
}

TEST(JudgeBudgetTest, TheBudgetIsAShareOfAllEvents) {
  // 720 hours of 1000 events: 7200 may be bad, 1800 are.
  const auto verdict = JudgeBudget(Terms(), Steady(kNoon, 1000, .0025), kNoon);
  EXPECT_EQ(verdict.state, BudgetState::kHealthy);
  EXPECT_DOUBLE_EQ(verdict.events, 720'000);
  EXPECT_DOUBLE_EQ(verdict.bad, 1800);
  EXPECT_NEAR(verdict.budget, 7200, 1e-8);
  EXPECT_NEAR(verdict.remaining, .75, 1e-12);
  EXPECT_TRUE(verdict.counted);
  EXPECT_FALSE(verdict.provisional);
  EXPECT_EQ(verdict.observed, days(30));
  EXPECT_EQ(verdict.missed, hours(0));
  EXPECT_EQ(verdict.exhausted_in, std::nullopt);
  EXPECT_EQ(verdict.reason, "");
  ASSERT_EQ(verdict.burns.size(), 7u);
  for (const BurnReading& burn : verdict.burns) EXPECT_NEAR(*burn.burn, .25, 1e-12);
  ASSERT_EQ(verdict.rows.size(), 4u);
  for (const BurnRowReading& row : verdict.rows) EXPECT_FALSE(row.firing);
}

TEST(JudgeBudgetTest, ASumOfEventsIsNoMeanOfRatios) {
  // A quiet night of nothing but failures weighs what it weighs.
  BudgetSeries series;
  series.chunks = {Counted(kNoon - hours(1), hours(1), 10, 10), Counted(kNoon, hours(1), 9990, 0)};
  EXPECT_NEAR(JudgeBudget(Terms(), series, kNoon).remaining, .9, 1e-12);
}

TEST(JudgeBudgetTest, OverspentIsBelowNothing) {
  const auto verdict = JudgeBudget(Terms(), Steady(kNoon, 1000, .0132), kNoon);
  EXPECT_EQ(verdict.state, BudgetState::kExhausted);
  EXPECT_NEAR(verdict.remaining, -.32, 1e-12);
  EXPECT_EQ(verdict.exhausted_in, Duration(0));
}

TEST(JudgeBudgetTest, GoneWhenWhatIsLeftHasBurntDown) {
  BudgetSeries series = Steady(kNoon, 1000, .005);
  series.windows = Windows(kNoon, 1000, .1);
  const auto verdict = JudgeBudget(Terms(), series, kNoon);
  ASSERT_TRUE(verdict.exhausted_in);
  // Half of 30 days at a burn of 10.
  EXPECT_NEAR(double(verdict.exhausted_in->count()), double(Duration(hours(36)).count()), 5);
  series.windows = Windows(kNoon, 1000, .00999);
  EXPECT_EQ(JudgeBudget(Terms(), series, kNoon).exhausted_in, std::nullopt);
  series.windows.clear();
  EXPECT_EQ(JudgeBudget(Terms(), series, kNoon).exhausted_in, std::nullopt);
}

TEST(JudgeBudgetTest, TheContractHasABudgetOfItsOwn) {
  BudgetTerms terms = Terms();
  terms.sla_target = .98;
  const auto verdict = JudgeBudget(terms, Steady(kNoon, 1000, .015), kNoon);
  EXPECT_NEAR(verdict.remaining, -.5, 1e-12);
  EXPECT_NEAR(*verdict.sla_remaining, .25, 1e-12);
}

TEST(JudgeBudgetTest, TheCalendarMayDoubleTheBudgetAndNotTheAlerts) {
  BudgetTerms terms = Terms();
  terms.budget_factor = 2;
  terms.sla_target = .98;
  BudgetSeries series = Steady(kNoon, 1000, .005);
  const auto verdict = JudgeBudget(terms, series, kNoon);
  EXPECT_NEAR(verdict.budget, 14'400, 1e-8);
  EXPECT_NEAR(verdict.remaining, .75, 1e-12);
  EXPECT_NEAR(*verdict.sla_remaining, .75, 1e-12);
  EXPECT_NEAR(*verdict.burns[0].burn, .5, 1e-12);
  // A doubled budget bears a burn of 1.5 for ever, and one of 4 for a while.
  series.windows = Windows(kNoon, 1000, .015);
  EXPECT_EQ(JudgeBudget(terms, series, kNoon).exhausted_in, std::nullopt);
  series.windows = Windows(kNoon, 1000, .04);
  EXPECT_NEAR(double(JudgeBudget(terms, series, kNoon).exhausted_in->count()),
              .75 * 2 / 4 * double(Duration(days(30)).count()), 5);
}

TEST(JudgeBudgetTest, ABudgetBearsACompleteOutageForAWhile) {
  BudgetTerms terms = Terms();
  const auto outage = [&] {
    return JudgeBudget(terms, Steady(kNoon, 1000, .005), kNoon).outage_time;
  };
  EXPECT_EQ(outage(), hours(7) + minutes(12)) << "1 % of 30 days";
  terms.budget_factor = .5;
  EXPECT_EQ(outage(), hours(3) + minutes(36));
  terms.budget_factor = 1;
  terms.window = CalendarUnit::kWeek;
  EXPECT_EQ(outage(), Duration(hours(168)) / 100);
  EXPECT_EQ(JudgeBudget(terms, {}, kNoon).outage_time, Duration(hours(168)) / 100)
      << "without data, too";
}

TEST(JudgeBudgetTest, AMonthsBudgetIsOfTheWholeMonth) {
  BudgetTerms terms = Terms();
  terms.window = CalendarUnit::kMonth;
  // 10.5 days of November are over; as many events again for each of its 30 days.
  const TimePoint at = kNoon - days(11);
  BudgetSeries series;
  for (int i = 251; i >= 0; --i) {
    series.chunks.push_back(Counted(at - hours(i), hours(1), 1000, 10));
  }
  series.windows = Windows(at, 1000, .01);
  const auto verdict = JudgeBudget(terms, series, at);
  EXPECT_NEAR(verdict.budget, 7200, 1e-6);
  EXPECT_NEAR(verdict.remaining, 1 - 10.5 / 30, 1e-12);
  EXPECT_FALSE(verdict.provisional);
  EXPECT_EQ(verdict.exhausted_in, std::nullopt) << "at a burn of 1 it lasts the month";
  series.windows = Windows(at, 1000, .02);
  const auto burning = JudgeBudget(terms, series, at);
  ASSERT_TRUE(burning.exhausted_in);
  EXPECT_NEAR(double(burning.exhausted_in->count()),
              (30 - 10.5) / 2 * double(Duration(days(1)).count()), 5);
}

TEST(JudgeBudgetTest, AServiceYoungerThanTheWindowIsProvisional) {
  BudgetSeries series = Steady(kNoon, 1000, .005);
  for (int i = 0; i < 600; ++i) {
    series.chunks[std::size_t(i)] = Missing(series.chunks[std::size_t(i)].end, hours(1));
  }
  const auto young = JudgeBudget(Terms(), series, kNoon);
  EXPECT_TRUE(young.provisional);
  EXPECT_EQ(young.observed, days(5));
  EXPECT_TRUE(young.gaps.empty());
  EXPECT_NEAR(young.remaining, .5, 1e-12);
  series.chunks.erase(series.chunks.begin(), series.chunks.begin() + 600);
  EXPECT_TRUE(JudgeBudget(Terms(), series, kNoon).provisional) << "pieces begin with the data";
  BudgetTerms month = Terms();
  month.window = CalendarUnit::kMonth;
  EXPECT_FALSE(JudgeBudget(month, series, kNoon).provisional);
}

// 15 of 30 days, as Prometheus keeps by default.
BudgetSeries HalfAMonth(double bad_ratio) {
  BudgetSeries series = Steady(kNoon, 1000, bad_ratio);
  for (std::size_t i = 0; i < 360; ++i) {
    series.chunks[i] = Missing(series.chunks[i].end, hours(1));
  }
  return series;
}

TEST(JudgeBudgetTest, WhatTheDaysWithDataSpentAloneIsSpent) {
  BudgetTerms terms = Terms();
  terms.sla_target = .98;
  const auto verdict = JudgeBudget(terms, HalfAMonth(.0286), kNoon);
  EXPECT_FALSE(verdict.provisional);
  EXPECT_EQ(verdict.state, BudgetState::kExhausted);
  EXPECT_EQ(verdict.at_least_of, days(30));
  EXPECT_EQ(verdict.observed, days(15));
  EXPECT_NEAR(verdict.remaining, -.43, 1e-9);
  EXPECT_NEAR(verdict.budget, 7200, 1e-6) << "of 720 hours";
  EXPECT_NEAR(*verdict.sla_remaining, 1 - .715, 1e-9);
}

TEST(JudgeBudgetTest, WhatGoodDaysBeforeTheDataCouldSaveIsProvisional) {
  const auto verdict = JudgeBudget(Terms(), HalfAMonth(.0199), kNoon);
  EXPECT_TRUE(verdict.provisional);
  EXPECT_EQ(verdict.at_least_of, Duration(0));
  EXPECT_NEAR(verdict.remaining, -.99, 1e-9);
  BudgetTerms month = Terms();
  month.window = CalendarUnit::kMonth;
  EXPECT_EQ(JudgeBudget(month, HalfAMonth(.0286), kNoon).at_least_of, Duration(0));
}

TEST(JudgeBudgetTest, AGapInTheMiddleIsNoYouth) {
  BudgetSeries series = Steady(kNoon, 1000, .005);
  for (int i = 100; i < 600; ++i) {
    series.chunks[std::size_t(i)] =
        Missing(series.chunks[std::size_t(i)].end, hours(1), CountProblem::kNotANumber);
  }
  const auto verdict = JudgeBudget(Terms(), series, kNoon);
  EXPECT_FALSE(verdict.provisional);
  EXPECT_EQ(verdict.missed, hours(500));
  ASSERT_EQ(verdict.gaps.size(), 1u);
  EXPECT_EQ(verdict.gaps[0].problem, CountProblem::kNotANumber);
}

TEST(JudgeBudgetTest, OnlyARatioIsKnown) {
  BudgetSeries series;
  series.chunks = {Ratio(kNoon, days(30), .0025)};
  series.windows = {Ratio(kNoon, minutes(5), .2), Ratio(kNoon, hours(1), .2)};
  const auto verdict = JudgeBudget(Terms(), series, kNoon);
  EXPECT_FALSE(verdict.counted);
  EXPECT_EQ(verdict.events, 0);
  EXPECT_EQ(verdict.bad, 0);
  EXPECT_EQ(verdict.budget, 0);
  EXPECT_NEAR(verdict.remaining, .75, 1e-12);
  EXPECT_TRUE(verdict.rows[0].firing);
  EXPECT_FALSE(verdict.rows[0].one_event);
  EXPECT_TRUE(verdict.exhausted_in);
}

std::string ReasonOf(const std::vector<WindowCounts>& chunks) {
  BudgetSeries series;
  series.chunks = chunks;
  const auto verdict = JudgeBudget(Terms(), series, kNoon);
  EXPECT_EQ(verdict.state, BudgetState::kUnknown);
  EXPECT_EQ(verdict.exhausted_in, std::nullopt);
  return verdict.reason;
}

TEST(JudgeBudgetTest, UnknownSaysWhy) {
  const auto missing = [](CountProblem problem) {
    return ReasonOf({Missing(kNoon, hours(1), problem)});
  };
  EXPECT_EQ(ReasonOf({}), "no series in the window");
  EXPECT_EQ(missing(CountProblem::kNoSeries), "no series in the window");
  EXPECT_EQ(missing(CountProblem::kNotANumber), "nothing but NaN in the window");
  EXPECT_EQ(missing(CountProblem::kInfinite), "nothing but infinite values in the window");
  EXPECT_EQ(missing(CountProblem::kSeveralSeries), "several series where one was wanted");
  EXPECT_EQ(missing(CountProblem::kInconsistent),
            "more bad events than events, or fewer than none");
  EXPECT_EQ(ReasonOf({Counted(kNoon, hours(1), 0, 0)}), "no events in the window");
  EXPECT_EQ(ReasonOf({Missing(kNoon - hours(1), hours(1), CountProblem::kNotANumber),
                      Counted(kNoon, hours(1), 0, 0)}),
            "no events in the window");
}

TEST(JudgeBudgetTest, ARowMayFireWhileTheBudgetIsUnknown) {
  BudgetSeries series;
  series.windows = Windows(kNoon, 1000, .5);
  const auto verdict = JudgeBudget(Terms(), series, kNoon);
  EXPECT_EQ(verdict.state, BudgetState::kUnknown);
  EXPECT_TRUE(verdict.rows[0].firing);
}

TEST(JudgeBudgetTest, RowsOfOnesOwn) {
  BudgetTerms terms = Terms();
  terms.rows = {{Severity::kPage, hours(2), minutes(5), 3}};
  const auto verdict = JudgeBudget(terms, Steady(kNoon, 1000, .04), kNoon);
  ASSERT_EQ(verdict.rows.size(), 1u);
  EXPECT_TRUE(verdict.rows[0].firing);
}

TEST(JudgeBudgetTest, SpentByACanaryIsWhatTheBaselineWouldNotHaveSpent) {
  // 30 bad where the baseline's 1 % would give 10; the window allows 1 % of 100 000.
  EXPECT_NEAR(SpentByCanary({{1000, 30}, {9000, 90}}, .99, 100'000), .02, 1e-12);
  EXPECT_EQ(SpentByCanary({{1000, 5}, {9000, 90}}, .99, 100'000), 0);
  EXPECT_NEAR(SpentByCanary({{1000, 30}, {0, 0}}, .99, 100'000), .03, 1e-12);
  EXPECT_EQ(SpentByCanary({{1000, 30}, {9000, 90}}, .99, 0), 0);
}

}  // namespace
}  // namespace slogate::core
