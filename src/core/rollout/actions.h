// What the stored state intends, as moves still to be made in the observed world.
#pragma once

#include <vector>

#include "core/rollout/decision_context.h"
#include "slogate/core/decide.h"

namespace slogate::core {

// Empty when the world already is as intended and in a dry run. While the workload cannot be used,
// only traffic leaves the canary. Weights come first.
std::vector<Action> IntendedActions(const Policy& policy, const RolloutState& state,
                                    const Observations& observations, TimePoint now);

// When to look again if nothing wakes the policy before.

// After the phase had its say. `before`: the state that the look began with.
Duration NextLook(const DecisionContext& context, const RolloutState& before);

}  // namespace slogate::core
