// Counts, evidence and error budgets in plain words. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "app/cli/terminal/span.h"
#include "slogate/core/comparator.h"
#include "slogate/core/rollout_state.h"

namespace slogate::app {

// Whole, but for a small number that is not, which has one decimal: an estimate.
std::string CountText(double events);
// Share of bad events, such as "0.5000 %"; "-" without events.
std::string RateText(const core::Counts& counts);
// "0.5000 % of 1200".
std::string BadText(const core::Counts& counts);

// One objective's error budget, as the status keeps it:
// "80 % left, burns 20x, exhausted in 4h10m; the canary spent 2 %". Fit for a terminal.
std::string BudgetText(const core::BudgetStatus& status);

Tone ToneOf(const core::BudgetStatus& status);

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

// Where a cohort stands. An unseen one is never said to be well: nothing is known of it.
enum class CohortSign { kWorse, kPointsToWorse, kUnseen, kNoSign };

CohortSign CohortSignOf(const core::CohortVerdict& cohort);

// How many were seen, which are worse or point to worse, which are unseen and how many were
// left out; one sentence each, fit for a terminal. Nothing when the objective has no cohorts.
std::vector<std::string> CohortSentences(const core::FrozenObjective& objective,
                                         const std::vector<core::CohortVerdict>& cohorts);

// All there is to say of an objective besides its verdict: mean scores, latency shift, cohorts and
// calibration. One sentence each, in the tone that it deserves.
std::vector<TextSpan> EvidenceSentences(const core::FrozenObjective& objective,
                                        const core::ObjectiveVerdict& verdict, Detail detail);

}  // namespace slogate::app
