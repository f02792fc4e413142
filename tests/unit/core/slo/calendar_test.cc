#include <gtest/gtest.h>

#include "core/slo/window.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

CalendarEntry Sale(double budget_factor) {
  return {"sale", kNoon - hours(1), kNoon + hours(12), budget_factor, std::nullopt};
}

CalendarEntry Freeze(ChangePriority below) {
  return {"holidays", kNoon - hours(1), kNoon + hours(36), 1, below};
}

CalendarDay Read(const std::vector<CalendarEntry>& calendar, TimePoint at = kNoon,
                 ChangePriority priority = ChangePriority::kNormal) {
  return ReadCalendar(calendar, priority, at);
}

TEST(CalendarTest, AnEntryHoldsFromItsBeginningUpToItsEnd) {
  EXPECT_EQ(Read({Sale(.5)}).budget_factor, .5);
  EXPECT_EQ(Read({Sale(.5)}, kNoon - hours(1)).budget_factor, .5);
  EXPECT_EQ(Read({Sale(.5)}, kNoon - hours(1) - Duration(1)).budget_factor, 1);
  EXPECT_EQ(Read({Sale(.5)}, kNoon + hours(12)).budget_factor, 1);
  EXPECT_TRUE(Read({Sale(.5)}, kNoon + hours(12)).findings.empty());
}

TEST(CalendarTest, FactorsOfEntriesThatOverlapMultiplyAndAreNamed) {
  auto flu = Sale(1.5);
  flu.name = "flu season";
  const auto day = Read({Sale(.5), flu});
  EXPECT_EQ(day.budget_factor, .75);
  EXPECT_EQ(day.factor_names, "sale and flu season");
  ASSERT_EQ(day.findings.size(), 2u);
  EXPECT_EQ(day.findings[0].action, GateAction::kAllow);
  EXPECT_EQ(day.findings[0].message,
            "sale: budgets are 0.5 times the usual until 2026-11-23 00:00 UTC");
}

TEST(CalendarTest, AFreezeBlocksLowerPrioritiesOnly) {
  const auto day = Read({Freeze(ChangePriority::kHigh)});
  ASSERT_EQ(day.findings.size(), 1u);
  EXPECT_EQ(day.findings[0].action, GateAction::kBlock);
  EXPECT_EQ(day.findings[0].message,
            "holidays: changes below High are frozen until 2026-11-24 00:00 UTC");
  EXPECT_EQ(day.budget_factor, 1);
  EXPECT_EQ(day.factor_names, "");
  EXPECT_TRUE(Read({Freeze(ChangePriority::kHigh)}, kNoon, ChangePriority::kHigh).findings.empty());
}

CalendarEntry Every(Repeat repeat, TimePoint from, Duration length) {
  CalendarEntry entry = {"works", from, from + length, 1, ChangePriority::kHigh};
  entry.repeat = repeat;
  return entry;
}

TimePoint Day(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year(year) / month / day);
}

TEST(CalendarTest, AnEntryRepeatsEveryDayAndWeek) {
  for (const auto& [repeat, unit] :
       {std::pair{Repeat::kDaily, days(1)}, {Repeat::kWeekly, days(7)}}) {
    const CalendarEntry entry = Every(repeat, kNoon, hours(2));
    for (const int count : {0, 1, 5, 1000}) {
      const TimePoint from = kNoon + count * unit;
      EXPECT_EQ(NextOccurrence(entry, from), (Occurrence{from, from + hours(2)}));
      EXPECT_EQ(NextOccurrence(entry, from + hours(2)),
                (Occurrence{from + unit, from + unit + hours(2)}));
      EXPECT_FALSE(Read({entry}, from).findings.empty());
      EXPECT_FALSE(Read({entry}, from + hours(2) - Duration(1)).findings.empty());
      EXPECT_TRUE(Read({entry}, from - Duration(1)).findings.empty());
      EXPECT_TRUE(Read({entry}, from + hours(2)).findings.empty());
    }
  }
}

TEST(CalendarTest, AFreezeOfTheWeekendLastsIntoTheNextWeek) {
  // From Friday evening to Monday morning.
  const CalendarEntry entry = Every(Repeat::kWeekly, kNoon - hours(44), hours(62));
  const auto day = Read({entry}, kNoon + days(7) + hours(17));
  ASSERT_EQ(day.findings.size(), 1u);
  EXPECT_EQ(day.findings[0].message,
            "works: changes below High are frozen until 2026-11-30 06:00 UTC");
  EXPECT_TRUE(Read({entry}, kNoon + days(7) + hours(18)).findings.empty());
}

TEST(CalendarTest, MonthsWithoutTheDayAreLeftOut) {
  const CalendarEntry entry = Every(Repeat::kMonthly, Day(2026, 12, 31), hours(30));
  EXPECT_EQ(NextOccurrence(entry, Day(2027, 1, 1) + hours(5))->from, Day(2026, 12, 31));
  EXPECT_EQ(NextOccurrence(entry, Day(2027, 1, 1) + hours(6))->from, Day(2027, 1, 31));
  EXPECT_EQ(NextOccurrence(entry, Day(2027, 2, 2))->from, Day(2027, 3, 31));
  EXPECT_EQ(NextOccurrence(entry, Day(2027, 4, 30))->from, Day(2027, 5, 31));
  const CalendarEntry leap = Every(Repeat::kMonthly, Day(2028, 2, 29), hours(1));
  EXPECT_EQ(NextOccurrence(leap, Day(2029, 2, 1))->from, Day(2029, 3, 29));
}

TEST(CalendarTest, ARepetitionEndsAndBeginsNotBeforeItsFirst) {
  CalendarEntry entry = Every(Repeat::kWeekly, kNoon, hours(2));
  entry.until = kNoon + days(14);
  EXPECT_EQ(NextOccurrence(entry, kNoon - days(4000))->from, kNoon);
  EXPECT_EQ(NextOccurrence(entry, kNoon + days(7))->from, kNoon + days(7));
  EXPECT_EQ(NextOccurrence(entry, kNoon + days(7) + hours(2)), std::nullopt);
  EXPECT_EQ(NextOccurrence(Sale(.5), kNoon + hours(12)), std::nullopt);
}

}  // namespace
}  // namespace slogate::core
