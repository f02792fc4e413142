#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>

#include "slogate/core/budget.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

TimePoint Day(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                               std::chrono::day(day));
}

struct Case {
  const char* name;
  CalendarUnit unit;
  TimePoint at;
  TimePoint start;
  TimePoint end;
};

class CalendarWindowTest : public testing::TestWithParam<Case> {};

TEST_P(CalendarWindowTest, BeginsAndEndsAtBoundaries) {
  const Case& c = GetParam();
  EXPECT_EQ(WindowStart(c.unit, c.at), c.start);
  EXPECT_EQ(WindowEnd(c.unit, c.at), c.end);
}

const Case kCases[] = {
    {"Day", CalendarUnit::kDay, kNoon, Day(2026, 11, 22), Day(2026, 11, 23)},
    {"LastMillisecondOfDay", CalendarUnit::kDay, Day(2026, 11, 23) - Duration(1), Day(2026, 11, 22),
     Day(2026, 11, 23)},
    {"SundayIsTheLastOfItsWeek", CalendarUnit::kWeek, kNoon, Day(2026, 11, 16), Day(2026, 11, 23)},
    {"MondayBeginsOne", CalendarUnit::kWeek, Day(2026, 11, 23), Day(2026, 11, 23),
     Day(2026, 11, 30)},
    {"WeekOverNewYear", CalendarUnit::kWeek, Day(2027, 1, 1), Day(2026, 12, 28), Day(2027, 1, 4)},
    {"Month", CalendarUnit::kMonth, kNoon, Day(2026, 11, 1), Day(2026, 12, 1)},
    {"MonthsFirstMoment", CalendarUnit::kMonth, Day(2026, 12, 1), Day(2026, 12, 1),
     Day(2027, 1, 1)},
    {"LastDayOfALongMonth", CalendarUnit::kMonth, Day(2026, 1, 31), Day(2026, 1, 1),
     Day(2026, 2, 1)},
    {"February", CalendarUnit::kMonth, Day(2026, 2, 28), Day(2026, 2, 1), Day(2026, 3, 1)},
    {"LeapDay", CalendarUnit::kMonth, Day(2028, 2, 29), Day(2028, 2, 1), Day(2028, 3, 1)},
    {"NoLeapDayIn2100", CalendarUnit::kMonth, Day(2100, 2, 28) + hours(23), Day(2100, 2, 1),
     Day(2100, 3, 1)},
    {"FourthQuarter", CalendarUnit::kQuarter, kNoon, Day(2026, 10, 1), Day(2027, 1, 1)},
    {"FirstQuarterOfALeapYear", CalendarUnit::kQuarter, Day(2028, 3, 31), Day(2028, 1, 1),
     Day(2028, 4, 1)},
    {"Year", CalendarUnit::kYear, kNoon, Day(2026, 1, 1), Day(2027, 1, 1)},
    {"LeapYear", CalendarUnit::kYear, Day(2028, 12, 31), Day(2028, 1, 1), Day(2029, 1, 1)},
    {"BeforeTheEpoch", CalendarUnit::kMonth, Day(1969, 7, 20), Day(1969, 7, 1), Day(1969, 8, 1)},
};

INSTANTIATE_TEST_SUITE_P(Boundaries, CalendarWindowTest, testing::ValuesIn(kCases),
                         [](const testing::TestParamInfo<Case>& param) {
                           return param.param.name;
                         });

TEST(WindowTest, ARollingOneBeganItsLengthAgoAndEndsNow) {
  EXPECT_EQ(WindowStart(Duration(days(30)), kNoon), kNoon - days(30));
  EXPECT_EQ(WindowEnd(Duration(days(30)), kNoon), kNoon);
}

TEST(WindowTest, NominalLengths) {
  EXPECT_EQ(NominalLength(Duration(days(28))), days(28));
  EXPECT_EQ(NominalLength(CalendarUnit::kDay), days(1));
  EXPECT_EQ(NominalLength(CalendarUnit::kWeek), days(7));
  EXPECT_EQ(NominalLength(CalendarUnit::kMonth), days(30));
  EXPECT_EQ(NominalLength(CalendarUnit::kQuarter), days(91));
  EXPECT_EQ(NominalLength(CalendarUnit::kYear), days(365));
}

TEST(WindowPropertyTest, EveryMomentIsInExactlyOneWindowOfEveryUnit) {
  EXPECT_TRUE(rc::check([] {
    const TimePoint at{Duration(*rc::gen::inRange<long>(-1'000'000'000'000, 9'000'000'000'000))};
    const auto unit =
        *rc::gen::element(CalendarUnit::kDay, CalendarUnit::kWeek, CalendarUnit::kMonth,
                          CalendarUnit::kQuarter, CalendarUnit::kYear);
    const TimePoint start = WindowStart(unit, at);
    const TimePoint end = WindowEnd(unit, at);
    RC_ASSERT(start <= at);
    RC_ASSERT(at < end);
    RC_ASSERT(WindowStart(unit, start) == start);
    RC_ASSERT(WindowEnd(unit, end - Duration(1)) == end);
    RC_ASSERT(WindowStart(unit, end) == end);
    // No unit is more than two days off its nominal length.
    const Duration off = (end - start) - NominalLength(unit);
    RC_ASSERT(off >= -days(2));
    RC_ASSERT(off <= days(2));
  }));
}

}  // namespace
}  // namespace slogate::core
