#include "slogate/core/attainment.h"

#include <gtest/gtest.h>

#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

constexpr Duration kPeriod = days(30);

BudgetVerdict Judge(std::vector<WindowCounts> chunks) {
  BudgetSeries series;
  series.chunks = std::move(chunks);
  return JudgeBudget(
      {.target = .99, .sla_target = {}, .window = kPeriod, .rows = {}, .budget_factor = 1}, series,
      kNoon);
}

Attainment Of(std::vector<WindowCounts> chunks) {
  return AttainmentOf(Judge(std::move(chunks)), kPeriod);
}

TEST(AttainmentTest, APromiseIsKeptUpToItsTarget) {
  EXPECT_EQ(Of(Hourly(kNoon, 1000, 10)), Attainment::kKept);
  EXPECT_EQ(Of(Hourly(kNoon, 1000, 10.1)), Attainment::kMissed);
  EXPECT_EQ(Of(Hourly(kNoon, 1000, 0)), Attainment::kKept);
  EXPECT_DOUBLE_EQ(*AttainedShare(Judge(Hourly(kNoon, 1000, 10))), .99);
}

TEST(AttainmentTest, WithoutDataOrEventsNothingIsKnown) {
  EXPECT_EQ(Of({}), Attainment::kUnknown);
  EXPECT_EQ(Of(Hourly(kNoon, 0, 0)), Attainment::kUnknown);
  EXPECT_EQ(AttainedShare(Judge({})), std::nullopt);
}

// The first hours have no series.
std::vector<WindowCounts> WithoutHours(std::size_t missing, double bad) {
  std::vector<WindowCounts> chunks = Hourly(kNoon, 1000, bad);
  for (std::size_t i = 0; i < missing; ++i) chunks[i] = Missing(chunks[i].end, hours(1));
  return chunks;
}

TEST(AttainmentTest, WhatIsMissingDecidesWhereItCould) {
  // 7.2 hours of complete outage are the budget of 30 days.
  EXPECT_EQ(Of(WithoutHours(7, 0)), Attainment::kKept);
  EXPECT_EQ(Of(WithoutHours(8, 0)), Attainment::kUnknown);
  EXPECT_EQ(Of(WithoutHours(4, 4)), Attainment::kKept);
  EXPECT_EQ(Of(WithoutHours(4, 5)), Attainment::kUnknown);
  EXPECT_EQ(Of(WithoutHours(360, 19.9)), Attainment::kUnknown);
  EXPECT_EQ(Of(WithoutHours(360, 20.1)), Attainment::kMissed) << "even if the rest was good";
}

TEST(AttainmentTest, AGapCountsAsWhatIsMissing) {
  std::vector<WindowCounts> chunks = Hourly(kNoon, 1000, 0);
  for (std::size_t i = 100; i < 108; ++i) chunks[i] = Missing(chunks[i].end, hours(1));
  EXPECT_EQ(Of(chunks), Attainment::kUnknown);
  for (WindowCounts& chunk : chunks) chunk.counts.bad = chunk.counts.total * .011;
  EXPECT_EQ(Of(chunks), Attainment::kMissed);
}

TEST(AttainmentTest, BoundsDecideWhereTheyAgree) {
  BudgetVerdict verdict = Judge(Hourly(kNoon, 1000, 11));
  verdict.remaining_at_best = .5;
  EXPECT_EQ(AttainmentOf(verdict, kPeriod), Attainment::kUnknown);
  verdict.remaining_at_best = -.05;
  EXPECT_EQ(AttainmentOf(verdict, kPeriod), Attainment::kMissed);
  verdict.remaining = .2;
  verdict.remaining_at_best = .5;
  EXPECT_EQ(AttainmentOf(verdict, kPeriod), Attainment::kKept);
}

TEST(AttainmentTest, RatiosHaveAShareToo) {
  const BudgetVerdict verdict = Judge({Ratio(kNoon, kPeriod, .002)});
  EXPECT_NEAR(*AttainedShare(verdict), .998, 1e-12);
  EXPECT_EQ(AttainmentOf(verdict, kPeriod), Attainment::kKept);
}

TEST(AttainmentTest, PeriodsOfACalendarLieBetweenItsBoundaries) {
  const auto months = PastPeriods(CalendarUnit::kMonth, kNoon, 3);
  ASSERT_EQ(months.size(), 3U);
  const auto day = [](int month) {
    return TimePoint(std::chrono::sys_days(std::chrono::year(2026) / month / 1));
  };
  EXPECT_EQ(months[0].from, day(8));
  EXPECT_EQ(months[1].from, day(9));
  EXPECT_EQ(months[2].from, day(10));
  EXPECT_EQ(months[2].to, day(11));
  const TimePoint boundary = day(11);
  EXPECT_EQ(PastPeriods(CalendarUnit::kMonth, boundary, 1).front().to, boundary);
  const auto weeks = PastPeriods(CalendarUnit::kWeek, kNoon, 1);
  EXPECT_EQ(weeks.front().to, kNoon - hours(12) - days(6)) << "a Monday";
}

TEST(AttainmentTest, RollingPeriodsFollowOneAnother) {
  const auto periods = PastPeriods(Duration(days(7)), kNoon, 2);
  ASSERT_EQ(periods.size(), 2U);
  EXPECT_EQ(periods[0].from, kNoon - days(14));
  EXPECT_EQ(periods[0].to, periods[1].from);
  EXPECT_EQ(periods[1].to, kNoon);
}

TEST(AttainmentTest, NeitherCalendarNorCohortsCountInThePast) {
  ServiceLevelObjective slo = SmallSlo({SmallObjective("a")});
  slo.window = CalendarUnit::kMonth;
  slo.calendar = {{"sale", kNoon, kNoon + days(1), .5, std::nullopt}};
  slo.objectives[0].cohorts.emplace().by = "region";
  slo = OverPeriod(std::move(slo), {kNoon - days(31), kNoon});
  EXPECT_EQ(slo.window, BudgetWindow(Duration(days(31))));
  EXPECT_TRUE(slo.calendar.empty());
  EXPECT_FALSE(slo.objectives[0].cohorts);
}

}  // namespace
}  // namespace slogate::core
