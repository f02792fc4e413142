// Cohorts, in plain words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/rollout_state.h"

namespace slogate::app {

// Pure; any thread.

// Where a cohort stands. An unseen one is never said to be well: nothing is known of it.
enum class CohortSign { kWorse, kPointsToWorse, kUnseen, kNoSign };

CohortSign StandingOf(const core::CohortVerdict& cohort);

// How many were seen, which are shown worse or point to worse, which are unseen and how many were
// left out; one sentence each, fit for a terminal. Nothing when the objective has no cohorts.
std::vector<std::string> CohortSentences(const core::FrozenObjective& objective,
                                         const std::vector<core::CohortVerdict>& cohorts);

// The mean scores of both arms; empty when the objective has no scores or no events.
std::string ScoreSentence(const core::FrozenObjective& objective, const core::PairedCounts& counts);

// What is to be said of a shift besides its bar; empty until it is shown.
std::string ShiftSentence(const core::FrozenObjective& objective, bool shown);

}  // namespace slogate::app
