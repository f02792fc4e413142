// What the stored state intends, as moves still to be made in the observed world.
#pragma once

#include <vector>

#include "slogate/core/decide.h"

namespace slogate::core {

// Empty when the world already is as intended, in a dry run, and while the workload cannot be
// read. Lowering a weight comes first.
std::vector<Action> IntendedActions(const Policy& policy, const RolloutState& state,
                                    const Observations& observations, TimePoint now);

}  // namespace slogate::core
