// What the calendar of an SLO says at one time.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/budget.h"

namespace slogate::core {

struct CalendarDay {
  double budget_factor = 1;           // the product of all entries that hold
  std::string factor_names;           // of the entries behind it, "a and b"
  std::vector<GateFinding> findings;  // freezes of this priority block; factors are only named
};

CalendarDay ReadCalendar(const std::vector<CalendarEntry>& calendar, ChangePriority priority,
                         TimePoint at);

}  // namespace slogate::core
