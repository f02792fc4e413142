#include <chrono>
#include <variant>

#include "slogate/core/budget.h"

namespace slogate::core {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using std::chrono::years;

sys_days UnitStart(CalendarUnit unit, sys_days day) {
  const year_month_day date(day);
  switch (unit) {
    case CalendarUnit::kDay:
      return day;
    case CalendarUnit::kWeek:
      return day - (std::chrono::weekday(day) - std::chrono::Monday);
    case CalendarUnit::kMonth:
      return date.year() / date.month() / 1;
    case CalendarUnit::kQuarter: {
      const unsigned first_month = (static_cast<unsigned>(date.month()) - 1) / 3 * 3 + 1;
      return date.year() / std::chrono::month(first_month) / 1;
    }
    case CalendarUnit::kYear:
      return date.year() / 1 / 1;
  }
  return day;
}

// `start` is a boundary of `unit`, so that its day of the month, if that matters, is the first.
sys_days NextStart(CalendarUnit unit, sys_days start) {
  const year_month_day date(start);
  switch (unit) {
    case CalendarUnit::kDay:
      return start + days(1);
    case CalendarUnit::kWeek:
      return start + days(7);
    case CalendarUnit::kMonth:
      return date + months(1);
    case CalendarUnit::kQuarter:
      return date + months(3);
    case CalendarUnit::kYear:
      return date + years(1);
  }
  return start;
}

days NominalDays(CalendarUnit unit) {
  switch (unit) {
    case CalendarUnit::kDay:
      return days(1);
    case CalendarUnit::kWeek:
      return days(7);
    case CalendarUnit::kMonth:
      return days(30);
    case CalendarUnit::kQuarter:
      return days(91);
    case CalendarUnit::kYear:
      return days(365);
  }
  return days(0);
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
  return NominalDays(std::get<CalendarUnit>(window));
}

}  // namespace slogate::core
