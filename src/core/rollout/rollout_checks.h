// Questions about the observed world that several phases ask. Pure; values only.
#pragma once

#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

// Every route shows `percent` for the canary and its parents have accepted that very version.
bool WeightsConfirmed(const Observations& observations, int percent);

// Some route shows another share than `percent`; `false` when a route cannot be read.
bool WeightsDrifted(const Observations& observations, int percent);

// Some drifted route's policy says that a person must look.
bool DriftAsksForPerson(const Policy& policy, const Observations& observations, int percent);

// Whether the tracks have the pods, and the routes the acceptance, to move to `percent` now.
// Lowering asks only that the baseline can serve; raising waits for acceptance and canary pods.
// Where the weight counts pods, raising it is what makes them, and only available ones get traffic.
bool MayMoveTo(const Policy& policy, const Observations& observations, int percent);

// The canary no longer has the pods that `percent` of the traffic needs. Never where the weight
// counts pods: there traffic goes to none that is not available.
bool CanaryLost(const Policy& policy, const WorkloadView& workload, int percent);

// The baseline runs its spec, with every pod it wants.
bool BaselineComplete(const WorkloadView& workload);

// The cluster has seen that the canary is to have its pods of before the first weight.
bool CanaryScaledUp(const Policy& policy, const WorkloadView& workload);

// The canary's current revision is complete: observed, no older pod left, every pod that it has
// before the first weight available.
bool CanaryComplete(const Policy& policy, const WorkloadView& workload);

// Canary replicas a rollout of this policy runs with. External: whatever its owner set. Where the
// weight counts pods: none before the first weight.
int CanaryReplicas(const Policy& policy, const WorkloadView& workload);

// A revision worth a rollout: known, not the baseline's, and not rejected (or retried by a person).
bool HasCandidate(const Policy& policy, const RolloutState& state, const WorkloadView& workload);

// Baseline serves everything and nothing is under way (kReady, kPromoted, kRolledBack).
bool IsIdle(Phase phase);

// The canary has traffic whose counts are evidence.
bool CanaryServes(const RolloutState& state);

}  // namespace slogate::core
