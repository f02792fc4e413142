#include "core/slo/window.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "core/slo/findings.h"

namespace slogate::core {

CalendarDay ReadCalendar(const std::vector<CalendarEntry>& calendar, ChangePriority priority,
                         TimePoint at) {
  CalendarDay day;
  for (const CalendarEntry& entry : calendar) {
    const auto occurrence = NextOccurrence(entry, at);
    if (!occurrence || at < occurrence->from) continue;
    const std::string until = " until " + TimeInWords(occurrence->to);
    if (entry.frozen_below && priority < *entry.frozen_below) {
      day.findings.push_back({GateAction::kBlock, "",
                              entry.name + ": changes below " +
                                  std::string(ToString(*entry.frozen_below)) + " are frozen" +
                                  until});
    }
    if (entry.budget_factor != 1) {
      day.budget_factor *= entry.budget_factor;
      day.factor_names += (day.factor_names.empty() ? "" : " and ") + entry.name;
      day.findings.push_back({GateAction::kAllow, "",
                              entry.name + ": budgets are " + NumberInWords(entry.budget_factor) +
                                  " times the usual" + until});
    }
  }
  return day;
}

namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// A unit that has no months begins every so many days, the week on Monday.
struct UnitLength {
  int days;  // as a rule
  int months;
};
constexpr std::array<UnitLength, 5> kUnitLengths = {{{1, 0}, {7, 0}, {30, 1}, {91, 3}, {365, 12}}};
static_assert(kUnitLengths.size() == static_cast<std::size_t>(CalendarUnit::kYear) + 1);

const UnitLength& LengthOf(CalendarUnit unit) {
  return kUnitLengths[static_cast<std::size_t>(unit)];
}

sys_days UnitStart(CalendarUnit unit, sys_days day) {
  const UnitLength& length = LengthOf(unit);
  if (length.days == 1) return day;
  if (length.months == 0) return day - (std::chrono::weekday(day) - std::chrono::Monday);
  const year_month_day date(day);
  const auto every = static_cast<unsigned>(length.months);
  const unsigned first_month = (static_cast<unsigned>(date.month()) - 1) / every * every + 1;
  return date.year() / std::chrono::month(first_month) / 1;
}

// `start` is a boundary of `unit`, so that its day of the month, if that matters, is the first.
sys_days NextStart(CalendarUnit unit, sys_days start) {
  const UnitLength& length = LengthOf(unit);
  if (length.months == 0) return start + days(length.days);
  return year_month_day(start) + months(length.months);
}

sys_days StartOf(CalendarUnit unit, TimePoint at) {
  return UnitStart(unit, std::chrono::floor<days>(at));
}

// The same day and time of day so many months later; nothing where the month has no such day.
std::optional<TimePoint> MonthsLater(TimePoint from, int count) {
  const auto day = std::chrono::floor<days>(from);
  const year_month_day date = year_month_day(day) + months(count);
  if (!date.ok()) return std::nullopt;
  return sys_days(date) + (from - day);
}

// How many units after its beginning the entry repeats last by `at`, or later in that month.
std::int64_t UnitsUntil(const CalendarEntry& entry, TimePoint at) {
  const Duration since = at - entry.from;
  switch (entry.repeat) {
    case Repeat::kNever:
      return 0;
    case Repeat::kDaily:
      return std::chrono::floor<days>(since).count();
    case Repeat::kWeekly:
      return std::chrono::floor<std::chrono::weeks>(since).count();
    case Repeat::kMonthly: {
      const year_month_day first(std::chrono::floor<days>(entry.from));
      const year_month_day last(std::chrono::floor<days>(at));
      return (last.year() / last.month() - first.year() / first.month()).count();
    }
  }
  return 0;
}

// The entry's occurrence so many units after its first, if there is one.
std::optional<Occurrence> OccurrenceOf(const CalendarEntry& entry, std::int64_t units) {
  if (units < 0 || (entry.repeat == Repeat::kNever && units > 0)) return std::nullopt;
  std::optional<TimePoint> from = entry.from + days(units);
  if (entry.repeat == Repeat::kWeekly) from = entry.from + std::chrono::weeks(units);
  if (entry.repeat == Repeat::kMonthly) from = MonthsLater(entry.from, static_cast<int>(units));
  if (!from || (units > 0 && entry.until && *from >= *entry.until)) return std::nullopt;
  return Occurrence{*from, *from + (entry.to - entry.from)};
}

}  // namespace

std::optional<Occurrence> NextOccurrence(const CalendarEntry& entry, TimePoint at) {
  // Eight years may pass without a leap day.
  constexpr std::int64_t kMostUnits = 12 * 8;
  const std::int64_t units = std::max<std::int64_t>(0, UnitsUntil(entry, at));
  for (std::int64_t one = std::max<std::int64_t>(0, units - 1); one <= units + kMostUnits; ++one) {
    const auto occurrence = OccurrenceOf(entry, one);
    if (occurrence && occurrence->to > at) return occurrence;
  }
  return std::nullopt;
}

TimePoint WindowStart(const BudgetWindow& window, TimePoint at) {
  if (const auto* length = std::get_if<Duration>(&window)) return at - *length;
  return StartOf(std::get<CalendarUnit>(window), at);
}

TimePoint WindowEnd(const BudgetWindow& window, TimePoint at) {
  if (std::holds_alternative<Duration>(window)) return at;
  const auto unit = std::get<CalendarUnit>(window);
  return NextStart(unit, StartOf(unit, at));
}

Duration NominalLength(const BudgetWindow& window) {
  if (const auto* length = std::get_if<Duration>(&window)) return *length;
  return days(LengthOf(std::get<CalendarUnit>(window)).days);
}

}  // namespace slogate::core
