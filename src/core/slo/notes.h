// What a person should know of a verdict before trusting it.
#pragma once

#include <string>
#include <vector>

#include "core/slo/objective_series.h"
#include "slogate/core/budget.h"

namespace slogate::core {

// Youth, gaps, few events, rows that cannot fire, cohorts left out, where a journey is lost. Of
// `standing`, whose verdicts exist; each one sentence without a full stop.
std::vector<std::string> NotesOf(const SloObjective& objective, const ObjectiveSeries& series,
                                 const ObjectiveStanding& standing);

}  // namespace slogate::core
