// Questions about the observed world that several phases ask. Pure; values only.
#pragma once

#include <string>

#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

// Every route shows `percent` for the canary and its parents have accepted that very version; those
// that left the policy are given back.
bool WeightsConfirmed(const Observations& observations, int percent);

// The first route that does not show `percent`, or is not accepted with it, and what would end
// that; empty: none.
std::string Unconfirmed(const Observations& observations, int percent);

// Some route shows another share than `percent`; `false` when a route cannot be read.
bool WeightsDrifted(const Observations& observations, int percent);

// The canary's largest share of any route's traffic, in percent.
int HighestWeight(const Observations& observations);

// Some drifted route's policy says that a person must look.
bool DriftAsksForPerson(const Policy& policy, const Observations& observations, int percent);

// Whether the tracks have the pods, and the routes the acceptance, to move to `percent` now.
// Lowering asks only that the baseline can serve; raising waits for acceptance and canary pods.
// Where the weight counts pods, raising it is what makes them, and only available ones get traffic.
bool MayMoveTo(const Policy& policy, const Observations& observations, int percent);

// The canary no longer has the pods that any of `percent` of the traffic needs. Never where the
// weight counts pods: there traffic goes to none that is not available.
bool CanaryLost(const Policy& policy, const WorkloadView& workload, int percent);

// The most, in percent, that the available canary pods carry when each takes no more traffic than
// one of the pods that the baseline is to have. 100 where nobody but an owner or the weight itself
// scales the canary.
int CanaryCarries(const Policy& policy, const WorkloadView& workload);

// The same of a canary that an owner scales too: the highest weight for which PodsNeeded are there.
int MostCarried(const Policy& policy, const WorkloadView& workload);

// The baseline has every pod it wants, of the revision it rolls out; of a held Deployment, whose
// rollout may have been stopped on its way, of any.
bool BaselineComplete(const WorkloadView& workload);

// Every pod that the baseline wants runs the revision that it rolls out.
bool RolledOut(const WorkloadView& workload);

// The baseline has the available pods that `percent` of the traffic needs.
bool BaselineCarries(const Policy& policy, const WorkloadView& workload, int percent);

// The pods that a fixed canaryScale gives the canary cannot carry `percent` of the traffic beside
// those that the baseline is to have, however many of them are available.
bool ScaleTooSmall(const Policy& policy, const WorkloadView& workload, int percent);

// The canary's Deployment runs another revision than the candidate: somebody else's, or that of a
// rollout before.
bool RunsAnotherRevision(const RolloutState& state, const WorkloadView& workload);

// The cluster has seen that the canary is to have the pods of `percent` of the traffic.
bool CanaryScaledUp(const Policy& policy, const WorkloadView& workload, int percent);

// The canary's current revision is complete: observed, no older pod left, every pod that it needs
// for `percent` of the traffic available.
bool CanaryComplete(const Policy& policy, const WorkloadView& workload, int percent);

// The weight of the step that runs, or of the first one before parameters are frozen.
int StepWeight(const Policy& policy, const RolloutState& state);

// Canary replicas at `percent` of the traffic. External: whatever its owner set. Where the weight
// counts pods: none before the first weight.
int CanaryReplicas(const Policy& policy, const WorkloadView& workload, int percent);

// The canary is to carry all traffic while Kubernetes stops every pod of production: its strategy
// is Recreate, it is held yet, and the policy lets the canary grow that large.
bool CanaryStandsIn(const Policy& policy, const WorkloadView& workload);

// What the user last asked for: of the user's Deployment, or of an External canary's. Empty while a
// change has not been observed.
const std::string& OfferedRevision(const Policy& policy, const WorkloadView& workload);

// The offered revision is worth a rollout: known, not the baseline's, held where slogate is to hold
// it, and not rejected (or retried by a person).
bool HasCandidate(const Policy& policy, const RolloutState& state, const WorkloadView& workload);

// A person's undo is still to be written, and production is as it was when it was taken up.
bool UndoStands(const RolloutState& state, const WorkloadView& workload);
// The user took a revision back that was held. A pause that somebody else made at rest is not ours
// to lift.
bool AbandonedWhileHeld(const RolloutState& state, const WorkloadView& workload);

// Baseline serves everything and nothing is under way (kReady, kPromoted, kRolledBack).
bool IsIdle(Phase phase);

// The canary has traffic whose counts are evidence.
bool CanaryServes(const RolloutState& state);

}  // namespace slogate::core
