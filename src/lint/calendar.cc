#include <string>

#include "lint/checks.h"
#include "spec/time_text.h"

namespace slogate::lint {

void CheckCalendar(const core::ServiceLevelObjective& slo, std::optional<core::TimePoint> at,
                   Report& report) {
  for (std::size_t i = 0; i < slo.calendar.size(); ++i) {
    const core::CalendarEntry& entry = slo.calendar[i];
    const std::string field = "spec.calendar[" + std::to_string(i) + "]";
    if (at && entry.to <= *at) {
      report.Add("calendar-past", field, entry.name + " ended at " + spec::ToSecondsText(entry.to),
                 "take it out");
    }
    if (entry.budget_factor == 1 && !entry.frozen_below) {
      report.Add("calendar-no-effect", field,
                 entry.name + " neither changes the budget nor freezes anything",
                 "give budgetFactor or frozenBelow, or take it out");
    }
    for (std::size_t j = 0; j < i; ++j) {
      const core::CalendarEntry& other = slo.calendar[j];
      if (entry.from >= other.to || other.from >= entry.to) continue;
      report.Add("calendar-overlap", field,
                 entry.name + " overlaps " + other.name + ", which ends at " +
                     spec::ToSecondsText(other.to),
                 "let one begin where the other ends, so that it is plain which counts");
    }
  }
}

}  // namespace slogate::lint
