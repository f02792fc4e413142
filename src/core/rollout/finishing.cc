// The ends of a rollout: promotion, rollback, and making room for a newer revision.
#include "core/rollout/decision_context.h"
#include "core/rollout/rollout_checks.h"

namespace slogate::core {
namespace {

// The baseline carries the candidate; traffic follows once it has all its pods.
void FinishPromotion(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  if (context.next.desired_percent == 0) {
    if (!context.Confirmed(0)) {
      context.Hold(Reason::kMovingWeights, "Moving all traffic to the promoted baseline");
      return;
    }
    context.next.stable_revision = context.next.candidate_revision;
    context.Enter(Phase::kPromoted, DecisionKind::kPromote, Reason::kPromoted,
                  "The baseline runs revision " + ShortRevision(context.next.candidate_revision) +
                      " and serves all traffic");
  } else if (BaselineComplete(workload) ||
             CanaryLost(context.policy, workload, context.next.desired_percent)) {
    context.next.phase = Phase::kPromoting;
    context.next.desired_percent = 0;
    context.Hold(Reason::kMovingWeights, "Moving all traffic to the promoted baseline");
  } else if (context.next.phase == Phase::kPromoting && context.PodsOverdue()) {
    context.Pause(Reason::kTimedOut,
                  "The baseline did not become available with the promoted template within the "
                  "progress deadline; check its pods");
  } else if (context.next.phase == Phase::kPromoting) {
    context.Hold(Reason::kWaitingForBaseline, "Waiting for the promoted baseline's pods");
  }
}

// External owners change the baseline themselves; meanwhile the candidate serves everything if it
// has the pods for it.
void AwaitOwner(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  const bool large_enough =
      workload.canary.available >= PodsNeeded(100, workload.baseline.desired) &&
      workload.canary.available >= PodsNeeded(100, workload.canary.desired);
  if (context.next.desired_percent != 100 && large_enough) context.next.desired_percent = 100;
  const std::string wish =
      "give " + context.policy.workload.baseline_deployment + " the candidate's template to finish";
  context.Hold(Reason::kAwaitingExternalPromotion,
               context.next.desired_percent == 100
                   ? "The candidate takes all traffic; " + wish
                   : "The candidate has too few pods to take all traffic; " + wish);
}

}  // namespace

void Promoting(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  const bool carried = workload.baseline.revision == context.next.candidate_revision;
  if (context.next.phase == Phase::kPaused && context.seen.requests.resume != context.next.resume) {
    context.next.resume = context.seen.requests.resume;
    context.Enter(Phase::kPromoting, DecisionKind::kPromote, Reason::kAllStepsPassed,
                  "Resumed by a person");
  }
  const Request* const abort = AbortRequested(context);
  if (carried) {
    FinishPromotion(context);
  } else if (abort != nullptr && !context.Managed()) {
    context.Reject(Reason::kAbortedByPerson, {}, "Rolled back" + ByWhom(*abort));
  } else if (!workload.canary.revision.empty() &&
             workload.canary.revision != context.next.candidate_revision) {
    context.Supersede();
  } else if (CanaryLost(context.policy, workload, context.next.desired_percent)) {
    context.Retreat(nullptr);
  } else if (context.Managed()) {
    context.Hold(Reason::kAllStepsPassed, "Giving the baseline the candidate's template");
  } else {
    AwaitOwner(context);
  }
}

void RollingBack(DecisionContext& context) {
  if (!context.Confirmed(0)) {
    context.Hold(context.next.rejected_reason, "Moving all traffic back to the baseline");
    return;
  }
  const std::string failed_objectives =
      context.next.failed_objectives.empty()
          ? ""
          : "; failed objectives: " + Join(context.next.failed_objectives);
  context.Enter(Phase::kRolledBack, DecisionKind::kRollback, context.next.rejected_reason,
                "Revision " + ShortRevision(context.next.rejected_revision) + " was rolled back" +
                    failed_objectives);
}

void Superseded(DecisionContext& context) {
  const TrackView& canary = context.seen.workload.canary;
  if (!context.Confirmed(0)) {
    context.Hold(Reason::kSuperseded, "Moving all traffic back to the baseline");
    return;
  }
  // A fresh start of the pods: tracked configuration is read by a process only once.
  const bool stopped = canary.desired == 0 && canary.available_any == 0;
  if (context.Managed() && !context.policy.dry_run && !stopped) {
    context.Hold(Reason::kSuperseded, "Waiting for the replaced revision's pods to stop");
    return;
  }
  context.Enter(Phase::kReady, DecisionKind::kHold, Reason::kSuperseded,
                "The baseline serves all traffic");
}

}  // namespace slogate::core
