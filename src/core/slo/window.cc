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

}  // namespace

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
