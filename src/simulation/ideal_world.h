// A world in which every intent comes true at once: for playing the core in virtual time.
#pragma once

#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::simulation {

// What a look would see of workload and routes: all pods available, every route accepted and at
// the weight that `state` asks for. Neither evidence nor history. A candidate differs from the
// baseline until it is promoted.
core::Observations IdealWorld(const core::Policy& policy, const core::RolloutState& state);

}  // namespace slogate::simulation
