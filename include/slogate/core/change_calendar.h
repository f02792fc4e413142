// When a service bears more or less risk than usual, and which changes wait for better days.
#pragma once

#include <optional>
#include <string>

#include "slogate/core/time.h"

namespace slogate::core {

// How much a change matters to the business, ascending.
enum class ChangePriority { kLow, kNormal, kHigh, kEmergency };

// From `from` up to `to` the budget is larger or smaller than usual, or changes are frozen.
struct CalendarEntry {
  std::string name;
  TimePoint from{};
  TimePoint to{};
  double budget_factor = 1;                    // of the budget that gates judge by; alerts do not
  std::optional<ChangePriority> frozen_below;  // changes of lower priority are blocked

  friend bool operator==(const CalendarEntry&, const CalendarEntry&) = default;
};

}  // namespace slogate::core
