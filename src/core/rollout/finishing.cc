// The ends of a rollout: promotion, rollback, and making room for a newer revision.
#include "core/rollout/asked.h"
#include "core/rollout/look.h"
#include "core/rollout/world.h"

namespace slogate::core {
namespace {

// The baseline carries the candidate; traffic follows once it has all its pods.
void FinishPromotion(Look& look) {
  const WorkloadView& workload = look.seen.workload;
  if (look.next.desired_percent == 0) {
    if (!look.Confirmed(0)) {
      look.Hold(Reason::kMovingWeights, "Moving all traffic to the promoted baseline");
      return;
    }
    look.next.stable_revision = look.next.candidate_revision;
    look.Enter(Phase::kPromoted, DecisionKind::kPromote, Reason::kPromoted,
               "The baseline runs revision " + ShortRevision(look.next.candidate_revision) +
                   " and serves all traffic");
  } else if (BaselineComplete(workload) ||
             CanaryLost(look.policy, workload, look.next.desired_percent)) {
    look.next.phase = Phase::kPromoting;
    look.next.desired_percent = 0;
    look.Hold(Reason::kMovingWeights, "Moving all traffic to the promoted baseline");
  } else if (look.next.phase == Phase::kPromoting && look.PodsOverdue()) {
    look.Pause(Reason::kTimedOut,
               "The baseline did not become available with the promoted template within the "
               "progress deadline; look at its pods");
  } else if (look.next.phase == Phase::kPromoting) {
    look.Hold(Reason::kWaitingForBaseline, "Waiting for the promoted baseline's pods");
  }
}

// External owners change the baseline themselves; meanwhile the candidate serves everything if it
// has the pods for it.
void AwaitOwner(Look& look) {
  const WorkloadView& workload = look.seen.workload;
  const bool large_enough =
      workload.canary.available >= PodsNeeded(100, workload.baseline.desired) &&
      workload.canary.available >= PodsNeeded(100, workload.canary.desired);
  if (look.next.desired_percent != 100 && large_enough) look.next.desired_percent = 100;
  const std::string wish =
      "give " + look.policy.workload.baseline_deployment + " the candidate's template to finish";
  look.Hold(Reason::kAwaitingExternalPromotion,
            look.next.desired_percent == 100
                ? "The candidate takes all traffic; " + wish
                : "The candidate has too few pods to take all traffic; " + wish);
}

}  // namespace

void Promoting(Look& look) {
  const WorkloadView& workload = look.seen.workload;
  const bool carried = workload.baseline.revision == look.next.candidate_revision;
  if (look.next.phase == Phase::kPaused && look.seen.requests.resume != look.next.resume) {
    look.next.resume = look.seen.requests.resume;
    look.Enter(Phase::kPromoting, DecisionKind::kPromote, Reason::kAllStepsPassed,
               "Resumed by a person");
  }
  const Request* const abort = AbortAsked(look);
  if (carried) {
    FinishPromotion(look);
  } else if (abort != nullptr && !look.Managed()) {
    look.Reject(Reason::kAbortedByPerson, {}, "Rolled back" + ByWhom(*abort));
  } else if (!workload.canary.revision.empty() &&
             workload.canary.revision != look.next.candidate_revision) {
    look.Supersede();
  } else if (CanaryLost(look.policy, workload, look.next.desired_percent)) {
    look.Retreat(nullptr);
  } else if (look.Managed()) {
    look.Hold(Reason::kAllStepsPassed, "Giving the baseline the candidate's template");
  } else {
    AwaitOwner(look);
  }
}

void RollingBack(Look& look) {
  if (!look.Confirmed(0)) {
    look.Hold(look.next.rejected_reason, "Moving all traffic back to the baseline");
    return;
  }
  const std::string blamed = look.next.blamed.empty() ? "" : "; blamed: " + Join(look.next.blamed);
  look.Enter(
      Phase::kRolledBack, DecisionKind::kRollback, look.next.rejected_reason,
      "Revision " + ShortRevision(look.next.rejected_revision) + " was rolled back" + blamed);
}

void Superseded(Look& look) {
  const ArmView& canary = look.seen.workload.canary;
  if (!look.Confirmed(0)) {
    look.Hold(Reason::kSuperseded, "Moving all traffic back to the baseline");
    return;
  }
  // A fresh start of the pods: tracked configuration is read by a process only once.
  const bool stopped = canary.desired == 0 && canary.available_any == 0;
  if (look.Managed() && !look.policy.dry_run && !stopped) {
    look.Hold(Reason::kSuperseded, "Waiting for the replaced revision's pods to stop");
    return;
  }
  look.Enter(Phase::kReady, DecisionKind::kHold, Reason::kSuperseded,
             "The baseline serves all traffic");
}

}  // namespace slogate::core
