// What the baseline told before a rollout, in plain words.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/comparator.h"
#include "slogate/core/rollout_state.h"

namespace slogate::app {

// Pure; any thread.

// About how many times more events rollback evidence asks for than it would of independent
// requests, at least 1. Share betting stakes 1/phi_block as much, and its gains count 1/kappa;
// practical significance counts 1/(1.25 phi_max). Both must reach the threshold, so the slower of
// the two is told. Large faults are slowed less: their stakes are at the cap, and kappa is left.
double Slowdown(const core::Dispersion& dispersion);

enum class Detail {
  kNotable,  // what a person may want to act on
  kAll,
};

// How requests arrive, how far pods differ, the self-check; one sentence each.
std::vector<std::string> CalibrationSentences(const core::FrozenObjective& objective,
                                              Detail detail);

}  // namespace slogate::app
