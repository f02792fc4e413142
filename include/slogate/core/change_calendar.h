// When a service bears more or less risk than usual, and which changes wait for better days.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "slogate/core/time.h"
#include "slogate/core/time_zone.h"

namespace slogate::core {

// How much a change matters to the business, ascending.
enum class ChangePriority { kLow, kNormal, kHigh, kEmergency };

// At the same time of the entry's zone. kMonthly: on the same day of the month; months without such
// a day are left out.
enum class Repeat { kNever, kDaily, kWeekly, kMonthly };

// From `from` up to `to` the budget is larger or smaller than usual, or changes are frozen; and
// again in each day, week or month after that, up to `until`.
struct CalendarEntry {
  std::string name;
  TimePoint from{};
  TimePoint to{};
  double budget_factor = 1;  // of the budget that gates judge by; alerts do not
  std::optional<ChangePriority> frozen_below = std::nullopt;  // such changes are blocked
  Repeat repeat = Repeat::kNever;
  std::optional<TimePoint> until = std::nullopt;  // no repetition begins then or later
  TimeZone zone = {};                             // whose days, weeks and months it repeats in

  friend bool operator==(const CalendarEntry&, const CalendarEntry&) = default;
};

struct Occurrence {
  TimePoint from{};
  TimePoint to{};

  friend bool operator==(const Occurrence&, const Occurrence&) = default;
};

// The entry's first occurrence that ends after `at`; it may have begun by then. No occurrence may
// last longer, by the clocks of its zone, than until the next begins. One that is nothing but
// skipped time is left out.
std::optional<Occurrence> NextOccurrence(const CalendarEntry& entry, TimePoint at);

std::string_view ToString(Repeat value);

}  // namespace slogate::core
