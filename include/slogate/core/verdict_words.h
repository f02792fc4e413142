// What a verdict says to people, in numbers. Pure; callable from any thread.
#pragma once

#include <string>

#include "slogate/core/counts.h"
#include "slogate/core/observations.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

// "5.6 % bad of 1200 against 0.51 % of 9800, 11 times": two digits of each rate. A rate that is not
// there, for want of events, is said so.
std::string DifferenceWords(const PairedCounts& counts);

// Bad events that the canary should have had by now at the baseline's rate, in numbers of which ten
// and no event at all come by chance once in 22,000 times (docs/decisions/0010). More where counts
// vary more than independent events do.
double BadEventsDue(const FrozenObjective& objective);

// Why this objective's newest block, or its step, is no evidence, with what the source says of its
// series. `newest` may be null: nothing is counted yet. `step` has the sums of the running step.
// The words change seldom, since they are part of the status.
std::string ObstacleWords(Reason reason, const FrozenObjective& objective,
                          const ObjectiveBlock* newest, const PairedCounts& step);

}  // namespace slogate::core
