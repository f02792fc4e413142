#include "core/rollout/actions.h"

#include "core/rollout/world.h"

namespace slogate::core {
namespace {

using Kind = Action::Kind;

Action Of(Kind kind, int value = 0) { return {.kind = kind, .value = value, .revision = {}}; }

bool CanScaleDown(const Policy& policy, const RolloutState& state, const Observations& observations,
                  TimePoint now) {
  return observations.workload.canary.desired > 0 && WeightsConfirmed(observations, 0) &&
         now - state.phase_began >= policy.workload.scale_down_delay;
}

}  // namespace

std::vector<Action> IntendedActions(const Policy& policy, const RolloutState& state,
                                    const Observations& observations, TimePoint now) {
  if (policy.dry_run) return {};
  const bool managed = policy.workload.promotion == Promotion::kManaged;
  const WorkloadView& workload = observations.workload;
  const Phase phase = ActivePhase(state);
  if (phase == Phase::kPending) return {};

  std::vector<Action> actions;
  const bool leave_drift =
      (state.phase == Phase::kPaused && state.reason == Reason::kWeightDrift) ||
      (phase == Phase::kProgressing && state.stage == StepStage::kBaking &&
       DriftAsksForPerson(policy, observations, state.desired_percent));
  // Before the baseline has pods the only arm there is has all the traffic; nothing is scaled.
  const bool counts_all = CountsPods(policy) && state.desired_percent == 100;
  if (!leave_drift && !counts_all && WeightsDrifted(observations, state.desired_percent) &&
      MayMoveTo(policy, observations, state.desired_percent)) {
    actions.push_back(Of(Kind::kSetWeights, state.desired_percent));
  }
  if (!observations.workload.problem.empty()) {
    // Traffic may leave the canary; anything else waits for the mend.
    if (state.desired_percent != 0) actions.clear();
    return actions;
  }
  if (!managed) return actions;

  if (!workload.baseline.exists && phase == Phase::kInitializing) {
    actions.push_back(Of(Kind::kEnsureBaseline));
  }
  if (!workload.services_exist) actions.push_back(Of(Kind::kEnsureServices));

  if (IsResting(phase) && !HasCandidate(policy, state, workload) &&
      CanScaleDown(policy, state, observations, now)) {
    actions.push_back(Of(Kind::kScaleCanary, 0));
  } else if (phase == Phase::kSuperseded && workload.canary.desired > 0 &&
             WeightsConfirmed(observations, 0)) {
    actions.push_back(Of(Kind::kScaleCanary, 0));
  } else if (phase == Phase::kProgressing && state.stage == StepStage::kStarting &&
             workload.canary.revision == state.candidate_revision) {
    const int replicas = CanaryReplicas(policy, workload);
    if (workload.canary.desired != replicas) {
      actions.push_back(Of(Kind::kScaleCanary, replicas));
    }
  } else if (phase == Phase::kPromoting && workload.canary.revision == state.candidate_revision &&
             workload.baseline.revision != state.candidate_revision) {
    actions.push_back(
        {.kind = Kind::kPromoteTemplate, .value = 0, .revision = state.candidate_revision});
  }
  return actions;
}

}  // namespace slogate::core
