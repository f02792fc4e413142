// Over which time a promise is kept, and how its budget's burn is watched.
#pragma once

#include <variant>

#include "slogate/core/time.h"

namespace slogate::core {

// In UTC; a week begins on Monday.
enum class CalendarUnit { kDay, kWeek, kMonth, kQuarter, kYear };

// Rolling, or from one boundary of the calendar to the next.
using BudgetWindow = std::variant<Duration, CalendarUnit>;

// kPage: a person now. kTicket: a person this week.
enum class Severity { kPage, kTicket };

// Fires while the burn over both windows is above `factor`.
struct BurnRow {
  Severity severity = Severity::kPage;
  Duration long_window{0};
  Duration short_window{0};
  double factor = 0;

  friend bool operator==(const BurnRow&, const BurnRow&) = default;
};

}  // namespace slogate::core
