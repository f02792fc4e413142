// What is still to be done in the cluster.
#include <algorithm>
#include <vector>

#include "core/rollout/decision_context.h"
#include "core/rollout/rollout_checks.h"
#include "slogate/core/leaving.h"

namespace slogate::core {
namespace {

using Kind = Action::Kind;

Action Of(Kind kind, int value = 0) { return {.kind = kind, .value = value, .revision = {}}; }

Action UndoOf(const Undo& undo) {
  return {.kind = Kind::kUndo, .value = 0, .revision = undo.to, .undone = undo.from};
}

// The canary may go: it has no traffic, and whoever wants to look at its pods has had the time.
bool MayRemoveCanary(const Policy& policy, const RolloutState& state,
                     const Observations& observations, TimePoint now) {
  return observations.workload.canary.exists && WeightsConfirmed(observations, 0) &&
         now - state.phase_began >= policy.workload.scale_down_delay;
}

// A weight that somebody else has set is left for a person to look at, as far as the pods carry it.
std::vector<Action> LowerToPods(const Policy& policy, const Observations& observations) {
  const int carried = MostCarried(policy, observations.workload);
  const bool beyond = std::ranges::any_of(observations.routes, [&](const RouteView& route) {
    return route.exists && route.problem.empty() && route.canary_percent.value_or(0) > carried;
  });
  if (!beyond || observations.workload.baseline.available_any == 0) return {};
  return {{.kind = Kind::kSetWeights, .value = carried, .only_lowers = true}};
}

// Moves of weights that the stored state intends and the routes do not show.
std::vector<Action> IntendedWeights(const Policy& policy, const RolloutState& state,
                                    const Observations& observations) {
  const bool leave_drift =
      (state.phase == Phase::kPaused && state.reason == Reason::kWeightDrift) ||
      (ActivePhase(state) == Phase::kProgressing && state.stage == StepStage::kBaking &&
       !state.lowered &&  // what follows its pods is on its way
       DriftAsksForPerson(policy, observations, state.desired_percent));
  if (leave_drift) return LowerToPods(policy, observations);
  const bool follow = std::ranges::any_of(observations.routes, &RouteView::follows);
  if ((!follow && !WeightsDrifted(observations, state.desired_percent)) ||
      !MayMoveTo(policy, observations, state.desired_percent) ||
      !KeepsWhatRises(policy, state, observations, state.desired_percent)) {
    return {};
  }
  return {Of(Kind::kSetWeights, state.desired_percent)};
}

// What a pause at rest holds stays held when its template is given back; but for a rollout that is
// to be completed first.
bool RestsHeld(const WorkloadView& workload) {
  return workload.held_by == HoldBy::kPaused && workload.baseline.settled;
}

// Pods come before the weight that needs them, and go after it.
void IntendCanary(const Policy& policy, const RolloutState& state, int weight,
                  const Observations& observations, std::vector<Action>& actions) {
  const TrackView& canary = observations.workload.canary;
  // A weight beyond what its pods carry is on its way down.
  const int carried = MostCarried(policy, observations.workload);
  const int percent = std::max(weight, std::min(HighestWeight(observations), carried));
  const int replicas = CanaryReplicas(policy, observations.workload, percent);
  if (RunsAnotherRevision(state, observations.workload)) {
    // Its Deployment may have to be deleted first: a selector cannot change.
    if (!WeightsConfirmed(observations, 0)) return;
    actions.push_back({Kind::kEnsureCanary, replicas, state.candidate_revision});
  } else if (!canary.exists) {
    actions.push_back({Kind::kEnsureCanary, replicas, state.candidate_revision});
  } else if (!CountsPods(policy) && canary.desired != replicas) {
    actions.push_back(Of(Kind::kScaleCanary, replicas));
  }
}

// What a Managed rollout intends besides weights, by phase.
void IntendManaged(const Policy& policy, const RolloutState& state,
                   const Observations& observations, TimePoint now, std::vector<Action>& actions) {
  const WorkloadView& workload = observations.workload;
  // What is changed of the user's is kept first, and another Deployment is given back first.
  if (state.adopted.deployment != policy.workload.deployment) return;
  if (!workload.adopted) actions.push_back(Of(Kind::kAdopt));
  if (!workload.services_exist) actions.push_back(Of(Kind::kEnsureServices));
  const bool offered = workload.template_revision == state.candidate_revision;
  switch (ActivePhase(state)) {
    case Phase::kPending:
    case Phase::kPaused:
    case Phase::kRollingBack:
      return;
    case Phase::kReady:
    case Phase::kPromoted:
    case Phase::kRolledBack:
      if (!HasCandidate(policy, state, workload) &&
          MayRemoveCanary(policy, state, observations, now)) {
        actions.push_back(Of(Kind::kRemoveCanary));
      }
      if (UndoStands(state, workload)) {
        actions.push_back(UndoOf(*state.undo));
      } else if (policy.workload.on_rollback == OnRollback::kRestore && workload.held &&
                 !state.rejected_revision.empty() &&
                 workload.template_revision == state.rejected_revision &&
                 !HasCandidate(policy, state, workload) &&
                 !(RestsHeld(workload) &&
                   workload.template_revision == workload.baseline.revision)) {
        actions.push_back({.kind = Kind::kRestore,
                           .revision = workload.template_revision,
                           .stays_held = RestsHeld(workload)});
      } else if (workload.restart_held || AbandonedWhileHeld(state, workload)) {
        actions.push_back({Kind::kRelease, 0, workload.template_revision});
      } else if (workload.held_by == HoldBy::kPaused && !workload.held &&
                 workload.template_revision == workload.baseline.revision &&
                 workload.baseline.settled) {
        actions.push_back(Of(Kind::kHold));
      }
      return;
    case Phase::kSuperseded:
      if (workload.canary.exists && WeightsConfirmed(observations, 0)) {
        actions.push_back(Of(Kind::kRemoveCanary));
      }
      return;
    case Phase::kProgressing:
      if (offered && workload.held) {
        IntendCanary(policy, state, StepWeight(policy, state), observations, actions);
      }
      return;
    case Phase::kPromoting: {
      const bool stuck = state.phase == Phase::kPaused && state.reason == Reason::kTimedOut;
      const bool stands_in = CanaryStandsIn(policy, workload);
      if (stands_in && offered) IntendCanary(policy, state, 100, observations, actions);
      const bool waits = stands_in && !WeightsConfirmed(observations, 100);
      if (UndoStands(state, workload)) {
        actions.push_back(UndoOf(*state.undo));
      } else if (stuck && !workload.held && !workload.rollout_problem.empty()) {
        actions.push_back(Of(Kind::kHold));
      } else if (!stuck && workload.held && offered && !waits &&
                 WhyStepStartsAgain(policy, state, workload) == nullptr) {
        actions.push_back({Kind::kRelease, 0, state.candidate_revision});
      }
      return;
    }
  }
}

}  // namespace

std::vector<Action> IntendedActions(const Policy& policy, const RolloutState& state,
                                    const Observations& observations, TimePoint now) {
  if (policy.dry_run) return {};
  std::vector<Action> actions;
  if (ActivePhase(state) != Phase::kPending) {
    actions = IntendedWeights(policy, state, observations);
  }
  if (!observations.workload.problem.empty()) {
    // Traffic may leave the canary; anything else waits for the fix.
    if (state.desired_percent != 0) actions.clear();
  } else if (policy.workload.promotion == Promotion::kManaged) {
    IntendManaged(policy, state, observations, now, actions);
  }
  const bool returns = std::ranges::any_of(observations.left, [](const RouteView& route) {
    return !IsBack(route) && route.canary_percent != 0;
  });
  if (returns && observations.workload.baseline.available_any > 0) {
    actions.insert(actions.begin(), Of(Kind::kGiveBack));
  }
  if (state.desired_percent == 0 && AllBack(observations.routes) && AllBack(observations.left)) {
    const Leaving leaving = LeaveFormer(policy, state, observations);
    actions.insert(actions.end(), leaving.actions.begin(), leaving.actions.end());
  }
  return actions;
}

}  // namespace slogate::core
