// One objective's error budget in words, as the status keeps it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/cli/terminal/span.h"
#include "slogate/core/comparator.h"
#include "slogate/core/rollout_state.h"

namespace slogate::app {

// "80 % left, burns 20x, exhausted in 4h10m; the canary spent 2 %". Fit for a terminal.
std::string BudgetText(const core::BudgetStatus& status);

Tone ToneOf(const core::BudgetStatus& status);

// What the baseline reported before a rollout, in plain words.

// Pure; any thread.

// About how many times more events rollback evidence asks for than it would of independent
// requests, at least 1. Share betting stakes 1/phi_block as much, and its gains count 1/kappa;
// practical significance counts 1/(1.25 phi_max). Both must reach the threshold, so the slower of
// the two is reported. Large faults are slowed less: their stakes are at the cap, and kappa is
// left.
double Slowdown(const core::Dispersion& dispersion);

enum class Detail {
  kNotable,  // what a person may want to act on
  kAll,
};

// How requests arrive, how far pods differ, the A/A test; one sentence each.
std::vector<std::string> CalibrationSentences(const core::FrozenObjective& objective,
                                              Detail detail);

// Cohorts, in plain words.

// Pure; any thread.

// Where a cohort stands. An unseen one is never said to be well: nothing is known of it.
enum class CohortSign { kWorse, kPointsToWorse, kUnseen, kNoSign };

CohortSign CohortSignOf(const core::CohortVerdict& cohort);

// How many were seen, which are worse or point to worse, which are unseen and how many were
// left out; one sentence each, fit for a terminal. Nothing when the objective has no cohorts.
std::vector<std::string> CohortSentences(const core::FrozenObjective& objective,
                                         const std::vector<core::CohortVerdict>& cohorts);

// The mean scores of both tracks; empty when the objective has no scores or no events.
std::string ScoreSentence(const core::FrozenObjective& objective, const core::PairedCounts& counts);

// What is to be said of a shift besides its bar; empty until it is shown.
std::string ShiftSentence(const core::FrozenObjective& objective, bool shown);

}  // namespace slogate::app
