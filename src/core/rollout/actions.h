// What the stored state intends, as moves still to be made in the observed world.
#pragma once

#include <vector>

#include "slogate/core/decide.h"

namespace slogate::core {

// Empty when the world already is as intended and in a dry run. While the workload cannot be used,
// only traffic leaves the canary. Weights come first.
std::vector<Action> IntendedActions(const Policy& policy, const RolloutState& state,
                                    const Observations& observations, TimePoint now);

}  // namespace slogate::core
