#include "core/slo/calendar.h"

#include "core/slo/prose.h"

namespace slogate::core {

CalendarDay ReadCalendar(const std::vector<CalendarEntry>& calendar, ChangePriority priority,
                         TimePoint at) {
  CalendarDay day;
  for (const CalendarEntry& entry : calendar) {
    if (at < entry.from || at >= entry.to) continue;
    const std::string until = " until " + TimeInWords(entry.to);
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

}  // namespace slogate::core
