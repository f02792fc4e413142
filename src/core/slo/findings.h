// What a verdict means for a change.
#pragma once

#include <string>
#include <vector>

#include "core/slo/calendar.h"
#include "core/slo/objective_series.h"
#include "slogate/core/budget.h"

namespace slogate::core {

struct GateTerms {
  DeployGate gate;
  ChangePriority priority = ChangePriority::kNormal;
  CalendarDay day;
};

// Of one verdict of `objective`, with everything that softens them: its mode, the cap on cohorts,
// and priorities that are never blocked. An unknown budget of a cohort gives none.
std::vector<GateFinding> FindingsOf(const SloObjective& objective, const BudgetVerdict& verdict,
                                    const GateTerms& terms);

// A block of a priority that is never blocked becomes a warning that says so.
void SoftenByPriority(GateFinding& finding, const GateTerms& terms);

void SortBySeverity(std::vector<GateFinding>& findings);

// What a person should know of a verdict before trusting it.

// Youth, gaps, few events, rows that cannot fire, cohorts left out, where a journey is lost. Of
// `state`, whose verdicts exist; each one sentence without a full stop.
std::vector<std::string> NotesOf(const SloObjective& objective, const ObjectiveSeries& series,
                                 const ObjectiveSummary& summary);

}  // namespace slogate::core
