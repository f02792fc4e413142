// What a verdict means for a change.
#pragma once

#include <string>
#include <vector>

#include "core/slo/objective_series.h"
#include "core/slo/window.h"
#include "slogate/core/budget.h"
#include "slogate/core/time.h"

namespace slogate::core {

// Numbers and times as people say them.

// The two largest units, the smaller one rounded down: "4 h 10 min", "3 d", "50 s", "20 ms".
// Negative lengths are "0 s".
std::string LengthInWords(Duration length);

// "91 %", "0.4 %"; between 99 % and 100 % with digits enough not to be either, so that a budget is
// never called spent too early.
std::string PercentInWords(double share);

// Three digits: "14.4", "0.93"; whole from 100 on.
std::string NumberInWords(double number);

// "2026-12-27 00:00 UTC"
std::string TimeInWords(TimePoint time);

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
