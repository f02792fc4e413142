#include <gtest/gtest.h>

#include "core/slo/window.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

using std::chrono::minutes;
using std::chrono::October;
using std::chrono::year_month_day;

constexpr std::chrono::year kYear(2026);
constexpr year_month_day kSpringNight = kYear / 3 / 29;   // 02:00 to 03:00 is skipped
constexpr year_month_day kAutumnNight = kYear / 10 / 25;  // 02:00 to 03:00 comes twice

TimePoint Utc(year_month_day day, Duration time = {}) { return std::chrono::sys_days(day) + time; }

LocalTime Local(year_month_day day, Duration time = {}) {
  return std::chrono::local_days(day) + time;
}

TimeZone Berlin() {
  return {"Europe/Berlin",
          {{Utc(kYear / 1 / 1), hours(1)},
           {Utc(kSpringNight, hours(1)), hours(2)},
           {Utc(kAutumnNight, hours(1)), hours(1)},
           {Utc((kYear + std::chrono::years(1)) / 3 / 28, hours(1)), hours(2)}}};
}

CalendarEntry Of(const TimeZone& zone, Repeat repeat, LocalTime from, Duration length) {
  CalendarEntry entry = {"works", InstantOf(zone, from), InstantOf(zone, from + length), 1,
                         ChangePriority::kHigh};
  entry.repeat = repeat;
  entry.zone = zone;
  return entry;
}

Occurrence FirstAfter(const CalendarEntry& entry, TimePoint at) {
  return NextOccurrence(entry, at).value_or(Occurrence{});
}

TEST(TimeZoneTest, ClocksShowUtcWithoutChanges) {
  EXPECT_EQ(LocalTimeAt({}, kNoon).time_since_epoch(), kNoon.time_since_epoch());
  EXPECT_EQ(InstantOf({}, LocalTimeAt({}, kNoon)), kNoon);
}

TEST(TimeZoneTest, ClocksChangeAtTheInstantOfAChange) {
  const TimePoint spring = Utc(kSpringNight, hours(1));
  EXPECT_EQ(LocalTimeAt(Berlin(), spring - Duration(1)),
            Local(kSpringNight, hours(2)) - Duration(1));
  EXPECT_EQ(LocalTimeAt(Berlin(), spring), Local(kSpringNight, hours(3)));
  const TimePoint autumn = Utc(kAutumnNight, hours(1));
  EXPECT_EQ(LocalTimeAt(Berlin(), autumn - Duration(1)),
            Local(kAutumnNight, hours(3)) - Duration(1));
  EXPECT_EQ(LocalTimeAt(Berlin(), autumn), Local(kAutumnNight, hours(2)));
  EXPECT_EQ(LocalTimeAt(Berlin(), Utc(kYear / 1 / 1) - days(999)),
            Local(kYear / 1 / 1) - days(999) + hours(1));
}

TEST(TimeZoneTest, ASkippedTimeIsWhenItIsSkippedAndADoubledOneIsTheFirst) {
  for (const int minute : {0, 1, 30, 59, 60}) {
    EXPECT_EQ(InstantOf(Berlin(), Local(kSpringNight, hours(2) + minutes(minute))),
              Utc(kSpringNight, hours(1)));
    EXPECT_EQ(InstantOf(Berlin(), Local(kAutumnNight, hours(2) + minutes(minute % 60))),
              Utc(kAutumnNight, minutes(minute % 60)));
  }
  EXPECT_EQ(InstantOf(Berlin(), Local(kSpringNight, hours(3) + minutes(1))),
            Utc(kSpringNight, hours(1) + minutes(1)));
  EXPECT_EQ(InstantOf(Berlin(), Local(kAutumnNight, hours(3))), Utc(kAutumnNight, hours(2)));
}

TEST(CalendarZonesTest, ADayKeepsItsTimeWhenClocksChange) {
  const CalendarEntry entry =
      Of(Berlin(), Repeat::kDaily, Local(kYear / 3 / 1, hours(17)), hours(2));
  EXPECT_EQ(entry.from, Utc(kYear / 3 / 1, hours(16)));
  for (const auto& [day, hour] : {std::pair{kYear / 3 / 28, 16},
                                  {kYear / 3 / 29, 15},
                                  {kYear / 10 / 24, 15},
                                  {kYear / 10 / 25, 16}}) {
    const TimePoint from = Utc(day, hours(hour));
    EXPECT_EQ(FirstAfter(entry, Utc(day)), (Occurrence{from, from + hours(2)}));
    EXPECT_TRUE(
        ReadCalendar({entry}, ChangePriority::kNormal, from - Duration(1)).findings.empty());
    EXPECT_FALSE(ReadCalendar({entry}, ChangePriority::kNormal, from).findings.empty());
  }
}

TEST(CalendarZonesTest, AnEntryInTheNightOfAChangeIsShorterOrLonger) {
  const CalendarEntry entry =
      Of(Berlin(), Repeat::kDaily, Local(kYear / 3 / 1, hours(2) + minutes(30)), hours(1));
  EXPECT_EQ(FirstAfter(entry, Utc(kSpringNight)),
            (Occurrence{Utc(kSpringNight, hours(1)), Utc(kSpringNight, hours(1) + minutes(30))}));
  EXPECT_EQ(
      FirstAfter(entry, Utc(kAutumnNight)),
      (Occurrence{Utc(kAutumnNight, minutes(30)), Utc(kAutumnNight, hours(2) + minutes(30))}));
  // Clocks show 02:15 again: it has begun, and goes on.
  EXPECT_EQ(FirstAfter(entry, Utc(kAutumnNight, hours(1) + minutes(15))).from,
            Utc(kAutumnNight, minutes(30)));
}

TEST(CalendarZonesTest, AnEntryWithinTheHourIsLeftOutWhenSkippedAndOnceWhenDoubled) {
  const CalendarEntry entry =
      Of(Berlin(), Repeat::kDaily, Local(kYear / 3 / 1, hours(2) + minutes(10)), minutes(40));
  const TimePoint next = Utc(kYear / 3 / 30, minutes(10));
  EXPECT_EQ(FirstAfter(entry, Utc(kSpringNight)), (Occurrence{next, next + minutes(40)}));
  const TimePoint doubled = Utc(kAutumnNight, minutes(10));
  EXPECT_EQ(FirstAfter(entry, Utc(kAutumnNight)), (Occurrence{doubled, doubled + minutes(40)}));
  EXPECT_EQ(FirstAfter(entry, doubled + minutes(40)).from,
            Utc(kYear / 10 / 26, hours(1) + minutes(10)));
}

TEST(CalendarZonesTest, EntriesThatMeetNeitherOverlapNorLeaveATimeOut) {
  for (const int hour : {1, 2, 3}) {
    for (const Repeat repeat : {Repeat::kDaily, Repeat::kWeekly}) {
      const Duration unit = repeat == Repeat::kDaily ? days(1) : days(7);
      const LocalTime from = Local(kYear / 3 / 1, hours(hour) + minutes(30));  // a Sunday
      const Duration length = hours(11);
      const CalendarEntry one = Of(Berlin(), repeat, from, length);
      const CalendarEntry rest = Of(Berlin(), repeat, from + length, unit - length);
      for (TimePoint at = rest.from; at < Utc(kYear / 11 / 8); at += minutes(15)) {
        const bool in_one = FirstAfter(one, at).from <= at;
        const bool in_rest = FirstAfter(rest, at).from <= at;
        ASSERT_NE(in_one, in_rest) << at.time_since_epoch().count();
      }
    }
  }
}

TEST(CalendarZonesTest, AMonthIsThatOfTheZone) {
  // The last day of the month in Berlin begins a day before in UTC.
  const CalendarEntry entry = Of(Berlin(), Repeat::kMonthly, Local(kYear / 1 / 31), days(1));
  EXPECT_EQ(entry.from, Utc(kYear / 1 / 30, hours(23)));
  EXPECT_EQ(FirstAfter(entry, entry.to),
            (Occurrence{Utc(kYear / 3 / 30, hours(22)), Utc(kYear / 3 / 31, hours(22))}));
  EXPECT_EQ(FirstAfter(entry, Utc(kYear / 4 / 1)).from, Utc(kYear / 5 / 30, hours(22)));
  EXPECT_EQ(FirstAfter(entry, Utc(kYear / October / 1)),
            (Occurrence{Utc(kYear / 10 / 30, hours(23)), Utc(kYear / 10 / 31, hours(23))}));
}

TEST(CalendarZonesTest, AWeekendIsThatOfTheZone) {
  const CalendarEntry entry =
      Of(Berlin(), Repeat::kWeekly, Local(kYear / 3 / 6, hours(17)), days(2) + hours(14));
  EXPECT_EQ(FirstAfter(entry, Utc(kSpringNight)),
            (Occurrence{Utc(kYear / 3 / 27, hours(16)), Utc(kYear / 3 / 30, hours(5))}));
  EXPECT_EQ(FirstAfter(entry, Utc(kAutumnNight)),
            (Occurrence{Utc(kYear / 10 / 23, hours(15)), Utc(kYear / 10 / 26, hours(6))}));
}

TEST(CalendarZonesTest, ADayThatAPlaceSkippedIsLeftOut) {
  // Samoa went from Thursday, 29 December 2011, to Saturday.
  const auto thursday = std::chrono::year(2011) / 12 / 29;
  const TimePoint change = Utc(std::chrono::year(2011) / 12 / 30, hours(10));
  const TimeZone apia = {"Pacific/Apia", {{change - days(90), hours(-10)}, {change, hours(14)}}};
  const CalendarEntry entry = Of(apia, Repeat::kDaily, Local(thursday, hours(9)), hours(8));
  EXPECT_EQ(FirstAfter(entry, entry.to), (Occurrence{change + hours(9), change + hours(17)}));
}

}  // namespace
}  // namespace slogate::core
