#include "core/rollout/rollout_checks.h"

#include <algorithm>
#include <cmath>

#include "slogate/core/decide.h"
#include "slogate/core/leaving.h"

namespace slogate::core {
namespace {

bool IsManaged(const Policy& policy) { return policy.workload.promotion == Promotion::kManaged; }

// Before any weight moves.
int MinCanaryPods(const Policy& policy, const WorkloadView& workload, int percent) {
  return CountsPods(policy) ? 0 : std::max(1, CanaryReplicas(policy, workload, percent));
}

// In percent, of this many canary pods when each takes no more traffic than one of the baseline's.
int Carried(int pods, const WorkloadView& workload) {
  const std::int64_t carried = std::int64_t{100} * pods / std::max(1, workload.baseline.desired);
  return static_cast<int>(std::clamp<std::int64_t>(carried, 0, 100));
}

int RoundedUp(double pods) { return std::max(1, static_cast<int>(std::ceil(pods - 1e-9))); }

}  // namespace

int PodsNeeded(int weight_percent, int desired) {
  if (weight_percent <= 0) return 0;
  return RoundedUp(0.75 * desired * weight_percent / 100.0);
}

bool WeightsConfirmed(const Observations& observations, int percent) {
  return AllBack(observations.left) &&
         std::ranges::all_of(observations.routes, [&](const RouteView& route) {
           return route.exists && route.accepted && route.canary_percent == percent;
         });
}

std::string Unconfirmed(const Observations& observations, int percent) {
  for (const RouteView& route : observations.routes) {
    if (!route.exists) return route.name + ": the route does not exist; create it";
    if (!route.problem.empty()) return route.problem;
    if (route.canary_percent != percent) {
      return route.name + " does not show " + std::to_string(percent) + " % for the canary yet";
    }
    if (route.accepted) continue;
    return route.waits_for.empty() ? route.name + " is not accepted yet" : route.waits_for;
  }
  return "";
}

bool WeightsDrifted(const Observations& observations, int percent) {
  return std::ranges::any_of(observations.routes, [&](const RouteView& route) {
    return route.exists && route.problem.empty() && route.canary_percent != percent;
  });
}

int HighestWeight(const Observations& observations) {
  int highest = 0;
  for (const auto* const routes : {&observations.routes, &observations.left}) {
    for (const RouteView& route : *routes) {
      highest = std::max(highest, route.canary_percent.value_or(0));
    }
  }
  return highest;
}

bool DriftAsksForPerson(const Policy& policy, const Observations& observations, int percent) {
  for (std::size_t i = 0; i < policy.routes.size() && i < observations.routes.size(); ++i) {
    const RouteView& route = observations.routes[i];
    if (policy.routes[i].on_drift == OnDrift::kPause && route.exists &&
        route.canary_percent != percent) {
      return true;
    }
  }
  return false;
}

bool MayMoveTo(const Policy& policy, const Observations& observations, int percent) {
  const TrackView& canary = observations.workload.canary;
  const TrackView& baseline = observations.workload.baseline;
  bool raises = false;
  bool ready = true;
  for (const RouteView& route : observations.routes) {
    const bool usable = route.exists && route.problem.empty();
    // A route that cannot be used must not keep traffic on the canary through the others.
    if (usable ? route.canary_percent.value_or(0) >= percent : percent == 0) continue;
    raises = true;
    ready = ready && usable && route.accepted;
  }
  if (!raises) return percent == 100 || baseline.available_any > 0;
  const bool canary_can =
      CountsPods(policy) || (canary.available >= PodsNeeded(percent, canary.desired) &&
                             percent <= CanaryCarries(policy, observations.workload));
  return ready && canary_can && BaselineCarries(policy, observations.workload, 100 - percent);
}

bool CanaryLost(const Policy& policy, const WorkloadView& workload, int percent) {
  if (CountsPods(policy) || percent == 0) return false;
  return IsManaged(policy)
             ? CanaryCarries(policy, workload) == 0
             : workload.canary.available_any < PodsNeeded(percent, workload.canary.desired);
}

int CanaryCarries(const Policy& policy, const WorkloadView& workload) {
  if (!IsManaged(policy) || CountsPods(policy)) return 100;
  return Carried(workload.canary.available, workload);
}

int MostCarried(const Policy& policy, const WorkloadView& workload) {
  if (IsManaged(policy) || CountsPods(policy)) return CanaryCarries(policy, workload);
  const TrackView& canary = workload.canary;
  const std::int64_t carried =
      std::int64_t{400} * canary.available_any / (3 * std::max(1, canary.desired));
  return static_cast<int>(std::min<std::int64_t>(carried, 100));
}

bool BaselineCarries(const Policy& policy, const WorkloadView& workload, int percent) {
  const TrackView& baseline = workload.baseline;
  return (IsManaged(policy) ? baseline.available_any : baseline.available) >=
         PodsNeeded(percent, baseline.desired);
}

bool ScaleTooSmall(const Policy& policy, const WorkloadView& workload, int percent) {
  return IsManaged(policy) && !CountsPods(policy) &&
         !(policy.workload.canary_scale == CanaryScale{}) &&
         Carried(CanaryReplicas(policy, workload, percent), workload) < percent;
}

bool RunsAnotherRevision(const RolloutState& state, const WorkloadView& workload) {
  const std::string& revision = workload.canary.revision;
  return workload.canary.exists && !revision.empty() && revision != state.candidate_revision;
}

bool BaselineComplete(const WorkloadView& workload) {
  const TrackView& baseline = workload.baseline;
  if (!workload.held) return RolledOut(workload);
  return baseline.exists && baseline.available_any >= std::max(1, baseline.desired);
}

bool RolledOut(const WorkloadView& workload) {
  const TrackView& baseline = workload.baseline;
  return baseline.exists && baseline.settled && baseline.available >= std::max(1, baseline.desired);
}

bool CanaryScaledUp(const Policy& policy, const WorkloadView& workload, int percent) {
  const TrackView& canary = workload.canary;
  return !canary.revision.empty() && canary.desired >= MinCanaryPods(policy, workload, percent);
}

bool CanaryComplete(const Policy& policy, const WorkloadView& workload, int percent) {
  const TrackView& canary = workload.canary;
  return canary.exists && canary.settled && !canary.pod_template_hash.empty() &&
         canary.available >= MinCanaryPods(policy, workload, percent);
}

int CanaryReplicas(const Policy& policy, const WorkloadView& workload, int percent) {
  if (CountsPods(policy)) return 0;
  if (!IsManaged(policy)) return workload.canary.desired;
  const CanaryScale& scale = policy.workload.canary_scale;
  if (scale.replicas) return std::max(1, *scale.replicas);
  return RoundedUp(scale.share_of_baseline.value_or(percent / 100.0) * workload.baseline.desired);
}

bool CanaryStandsIn(const Policy& policy, const WorkloadView& workload) {
  return workload.recreates && workload.held && !CountsPods(policy) &&
         CanaryReplicas(policy, workload, 100) >= workload.baseline.desired;
}

int StepWeight(const Policy& policy, const RolloutState& state) {
  const std::vector<Step>& steps = state.frozen ? state.frozen->steps : policy.steps;
  return steps.at(static_cast<std::size_t>(state.step)).weight_percent;
}

const std::string& OfferedRevision(const Policy& policy, const WorkloadView& workload) {
  return IsManaged(policy) ? workload.template_revision : workload.canary.revision;
}

bool HasCandidate(const Policy& policy, const RolloutState& state, const WorkloadView& workload) {
  const std::string& revision = OfferedRevision(policy, workload);
  if (revision.empty() || workload.baseline.revision.empty()) return false;
  if (revision == workload.baseline.revision) return false;
  if (IsManaged(policy) && !workload.held) return false;
  return revision != state.rejected_revision || policy.retry != state.retry;
}

bool UndoStands(const RolloutState& state, const WorkloadView& workload) {
  if (!state.undo) return false;
  const Undo& undo = *state.undo;
  const std::string& offered = workload.template_revision;
  return offered != undo.to && (offered == undo.instead_of || offered == undo.from) &&
         workload.baseline.revision == undo.from && workload.previous_revision == undo.to;
}

bool AbandonedWhileHeld(const RolloutState& state, const WorkloadView& workload) {
  return workload.held && workload.held_by == HoldBy::kAdmission &&
         workload.template_revision == workload.baseline.revision &&
         !state.candidate_revision.empty() &&
         state.candidate_revision != workload.baseline.revision;
}

bool IsIdle(Phase phase) {
  return phase == Phase::kReady || phase == Phase::kPromoted || phase == Phase::kRolledBack;
}

Phase ActivePhase(const RolloutState& state) {
  return state.phase == Phase::kPaused ? state.paused_phase : state.phase;
}

bool CanaryServes(const RolloutState& state) {
  if (ActivePhase(state) != Phase::kProgressing || !state.frozen) return false;
  return state.stage == StepStage::kBaking || (state.stage == StepStage::kMoving && state.step > 0);
}

bool AtStart(const Policy& policy, const RolloutState& state, const WorkloadView& workload) {
  return state.phase == Phase::kProgressing && state.stage == StepStage::kStarting &&
         !state.frozen && workload.problem.empty() &&
         workload.canary.revision == state.candidate_revision &&
         CanaryComplete(policy, workload, StepWeight(policy, state)) && BaselineComplete(workload);
}

}  // namespace slogate::core
