#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "slogate/core/change_calendar.h"

namespace slogate::core {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::months;
using std::chrono::weeks;
using std::chrono::year_month_day;

// The entry by the clocks of its zone.
struct LocalEntry {
  LocalTime from;
  Duration length;
};

LocalEntry ByItsClocks(const CalendarEntry& entry) {
  const LocalTime from = LocalTimeAt(entry.zone, entry.from);
  return {from, LocalTimeAt(entry.zone, entry.to) - from};
}

// The same day and time of day so many months later; nothing where the month has no such day.
std::optional<LocalTime> MonthsLater(LocalTime from, int count) {
  const auto day = std::chrono::floor<days>(from);
  const year_month_day date = year_month_day(day) + months(count);
  if (!date.ok()) return std::nullopt;
  return local_days(date) + (from - day);
}

// How many units after `first` an entry repeats last by `at`, or later in that month.
std::int64_t UnitsUntil(Repeat repeat, LocalTime first, LocalTime at) {
  switch (repeat) {
    case Repeat::kNever:
      return 0;
    case Repeat::kDaily:
      return std::chrono::floor<days>(at - first).count();
    case Repeat::kWeekly:
      return std::chrono::floor<weeks>(at - first).count();
    case Repeat::kMonthly: {
      const year_month_day from(std::chrono::floor<days>(first));
      const year_month_day to(std::chrono::floor<days>(at));
      return (to.year() / to.month() - from.year() / from.month()).count();
    }
  }
  return 0;
}

std::optional<LocalTime> Later(Repeat repeat, LocalTime first, std::int64_t units) {
  switch (repeat) {
    case Repeat::kNever:
      return units == 0 ? std::optional(first) : std::nullopt;
    case Repeat::kDaily:
      return first + days(units);
    case Repeat::kWeekly:
      return first + weeks(units);
    case Repeat::kMonthly:
      return MonthsLater(first, static_cast<int>(units));
  }
  return std::nullopt;
}

// The entry's occurrence so many units after its first, if there is one.
std::optional<Occurrence> OccurrenceOf(const CalendarEntry& entry, const LocalEntry& local,
                                       std::int64_t units) {
  if (units == 0) return Occurrence{entry.from, entry.to};
  const auto from = Later(entry.repeat, local.from, units);
  if (!from) return std::nullopt;
  const Occurrence occurrence{InstantOf(entry.zone, *from),
                              InstantOf(entry.zone, *from + local.length)};
  if (entry.until && occurrence.from >= *entry.until) return std::nullopt;
  if (occurrence.to <= occurrence.from) return std::nullopt;
  return occurrence;
}

}  // namespace

std::optional<Occurrence> NextOccurrence(const CalendarEntry& entry, TimePoint at) {
  // Eight years may pass without a leap day.
  constexpr std::int64_t kMostUnits = 12 * 8;
  const LocalEntry local = ByItsClocks(entry);
  const std::int64_t units =
      std::max<std::int64_t>(0, UnitsUntil(entry.repeat, local.from, LocalTimeAt(entry.zone, at)));
  for (std::int64_t one = std::max<std::int64_t>(0, units - 1); one <= units + kMostUnits; ++one) {
    const auto occurrence = OccurrenceOf(entry, local, one);
    if (occurrence && occurrence->to > at) return occurrence;
  }
  return std::nullopt;
}

}  // namespace slogate::core
