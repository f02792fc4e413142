// Before the first rollout and between rollouts.
#include "core/rollout/budget_assessment.h"
#include "core/rollout/decision_context.h"
#include "core/rollout/rollout_checks.h"

namespace slogate::core {
namespace {

void StartRollout(DecisionContext& context) {
  RolloutState& next = context.next;
  const std::string& revision = context.seen.workload.canary.revision;
  const bool again = revision == next.candidate_revision;
  next.attempts = again ? next.attempts + 1 : 1;
  next.candidate_revision = revision;
  next.rejected_revision.clear();
  next.rejected_reason = Reason::kNone;
  next.failed_objectives.clear();
  next.retry = context.policy.retry;
  next.resume = context.seen.requests.resume;
  next.approved.reset();
  SetAsideRequests(context);
  next.frozen.reset();
  next.checkpoint = {};
  next.verdicts.clear();
  next.step = 0;
  next.stage = StepStage::kStarting;
  next.stage_began = context.now;
  next.step_first_block = 0;
  next.desired_percent = 0;
  context.Enter(Phase::kProgressing, DecisionKind::kHold,
                again ? Reason::kRetried : Reason::kNewRevision,
                (again ? "Trying revision " : "New revision ") + ShortRevision(revision) +
                    (again ? " again" : " found") + "; waiting for its pods");
}

void TellRest(DecisionContext& context) {
  RolloutState& next = context.next;
  const std::string& canary = context.seen.workload.canary.revision;
  if (next.phase == Phase::kRolledBack && canary == next.rejected_revision) {
    context.Hold(next.rejected_reason,
                 "Revision " + ShortRevision(next.rejected_revision) + " was rolled back" +
                     (next.failed_objectives.empty()
                          ? ""
                          : "; failed objectives: " + Join(next.failed_objectives)));
  } else if (!canary.empty() && canary == next.rejected_revision) {
    context.Hold(Reason::kRejectedBefore,
                 "Revision " + ShortRevision(canary) +
                     " was rejected before; retry it (gate retry) to release it again");
  } else if (next.phase == Phase::kPromoted) {
    context.Hold(Reason::kPromoted,
                 "The baseline runs revision " + ShortRevision(next.stable_revision));
  } else {
    next.phase = Phase::kReady;
    context.Hold(Reason::kNone, "The baseline serves all traffic; nothing to release");
  }
}

}  // namespace

void Pending(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  if (BaselineComplete(workload) || (!context.Managed() && workload.baseline.exists)) {
    context.next.desired_percent = 0;
    context.next.stable_revision = workload.baseline.revision;
    context.Enter(Phase::kReady, DecisionKind::kHold, Reason::kNone,
                  "The baseline serves all traffic");
    return;
  }
  if (!context.Managed()) {
    context.Hold(Reason::kWaitingForBaseline, "The baseline Deployment does not exist");
    return;
  }
  if (context.policy.dry_run) {
    context.Hold(Reason::kDryRun, "Dry run: the baseline Deployment would be created");
    return;
  }
  // Until the baseline Deployment has pods, the user's Deployment is the only one that can serve.
  context.next.desired_percent = workload.baseline.available_any > 0 ? 0 : 100;
  context.Enter(Phase::kInitializing, DecisionKind::kHold, Reason::kCreatingBaseline,
                "Creating the baseline Deployment from the running one");
}

void Initializing(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  if (!BaselineComplete(workload)) {
    context.Hold(workload.baseline.exists ? Reason::kWaitingForBaseline : Reason::kCreatingBaseline,
                 "Waiting for the baseline's pods");
  } else if (context.next.desired_percent != 0) {
    context.next.desired_percent = 0;
    context.Hold(Reason::kMovingWeights, "Moving all traffic to the baseline");
  } else if (context.Confirmed(0)) {
    context.next.stable_revision = workload.baseline.revision;
    context.Enter(Phase::kReady, DecisionKind::kHold, Reason::kNone,
                  "The baseline serves all traffic");
  } else {
    context.Hold(Reason::kMovingWeights, "Moving all traffic to the baseline");
  }
}

void Idle(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  // Between a change of the Deployment and the cluster's answer its revision is not known.
  if (workload.canary.revision.empty() || workload.baseline.revision.empty()) return;
  if (workload.baseline.settled) context.next.stable_revision = workload.baseline.revision;
  if (!HasCandidate(context.policy, context.next, workload)) {
    TellRest(context);
  } else if (PauseRequested(context)) {
    context.Hold(Reason::kPausedByPerson, PauseWords(context) + "; a new revision waits");
  } else if (!BaselineComplete(workload)) {
    context.Hold(Reason::kWaitingForBaseline,
                 "A new revision waits: the baseline lacks available pods");
  } else if (!context.Confirmed(0)) {
    context.Hold(
        WeightsDrifted(context.seen, 0) ? Reason::kMovingWeights : Reason::kRouteNotAccepted,
        "A new revision waits: the routes are not yet accepted with all traffic on the "
        "baseline");
  } else if (!HeldByBudget(context, BudgetEffect::kRefuseStart,
                           "Revision " + ShortRevision(workload.canary.revision) + " waits")) {
    StartRollout(context);
  }
}

}  // namespace slogate::core
