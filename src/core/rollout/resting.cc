// Before the first rollout and between rollouts.
#include "core/rollout/asked.h"
#include "core/rollout/budget_gate.h"
#include "core/rollout/look.h"
#include "core/rollout/world.h"

namespace slogate::core {
namespace {

void StartRollout(Look& look) {
  RolloutState& next = look.next;
  const std::string& revision = look.seen.workload.canary.revision;
  const bool again = revision == next.candidate_revision;
  next.attempts = again ? next.attempts + 1 : 1;
  next.candidate_revision = revision;
  next.rejected_revision.clear();
  next.rejected_reason = Reason::kNone;
  next.blamed.clear();
  next.retry = look.policy.retry;
  next.resume = look.seen.requests.resume;
  next.approved.reset();
  SetAsideRequests(look);
  next.frozen.reset();
  next.checkpoint = {};
  next.verdicts.clear();
  next.step = 0;
  next.stage = StepStage::kStarting;
  next.stage_began = look.now;
  next.step_first_block = 0;
  next.desired_percent = 0;
  look.Enter(Phase::kProgressing, DecisionKind::kHold,
             again ? Reason::kRetried : Reason::kNewRevision,
             (again ? "Trying revision " : "New revision ") + ShortRevision(revision) +
                 (again ? " again" : " found") + "; waiting for its pods");
}

void TellRest(Look& look) {
  RolloutState& next = look.next;
  const std::string& canary = look.seen.workload.canary.revision;
  if (next.phase == Phase::kRolledBack && canary == next.rejected_revision) {
    look.Hold(next.rejected_reason,
              "Revision " + ShortRevision(next.rejected_revision) + " was rolled back" +
                  (next.blamed.empty() ? "" : "; blamed: " + Join(next.blamed)));
  } else if (!canary.empty() && canary == next.rejected_revision) {
    look.Hold(Reason::kRejectedBefore,
              "Revision " + ShortRevision(canary) +
                  " was rejected before; retry it (gate retry) to release it again");
  } else if (next.phase == Phase::kPromoted) {
    look.Hold(Reason::kPromoted,
              "The baseline runs revision " + ShortRevision(next.stable_revision));
  } else {
    next.phase = Phase::kReady;
    look.Hold(Reason::kNone, "The baseline serves all traffic; nothing to release");
  }
}

}  // namespace

void Pending(Look& look) {
  const WorkloadView& workload = look.seen.workload;
  if (BaselineComplete(workload) || (!look.Managed() && workload.baseline.exists)) {
    look.next.desired_percent = 0;
    look.next.stable_revision = workload.baseline.revision;
    look.Enter(Phase::kReady, DecisionKind::kHold, Reason::kNone,
               "The baseline serves all traffic");
    return;
  }
  if (!look.Managed()) {
    look.Hold(Reason::kWaitingForBaseline, "The baseline Deployment does not exist");
    return;
  }
  if (look.policy.dry_run) {
    look.Hold(Reason::kDryRun, "Dry run: the baseline Deployment would be created");
    return;
  }
  // Until the twin has pods, the user's Deployment is the only one that can serve.
  look.next.desired_percent = workload.baseline.available_any > 0 ? 0 : 100;
  look.Enter(Phase::kInitializing, DecisionKind::kHold, Reason::kCreatingBaseline,
             "Creating the baseline Deployment from the running one");
}

void Initializing(Look& look) {
  const WorkloadView& workload = look.seen.workload;
  if (!BaselineComplete(workload)) {
    look.Hold(workload.baseline.exists ? Reason::kWaitingForBaseline : Reason::kCreatingBaseline,
              "Waiting for the baseline's pods");
  } else if (look.next.desired_percent != 0) {
    look.next.desired_percent = 0;
    look.Hold(Reason::kMovingWeights, "Moving all traffic to the baseline");
  } else if (look.Confirmed(0)) {
    look.next.stable_revision = workload.baseline.revision;
    look.Enter(Phase::kReady, DecisionKind::kHold, Reason::kNone,
               "The baseline serves all traffic");
  } else {
    look.Hold(Reason::kMovingWeights, "Moving all traffic to the baseline");
  }
}

void Resting(Look& look) {
  const WorkloadView& workload = look.seen.workload;
  // Between a change of the Deployment and the cluster's answer its revision is not known.
  if (workload.canary.revision.empty() || workload.baseline.revision.empty()) return;
  if (workload.baseline.settled) look.next.stable_revision = workload.baseline.revision;
  if (!HasCandidate(look.policy, look.next, workload)) {
    TellRest(look);
  } else if (PauseAsked(look)) {
    look.Hold(Reason::kPausedByPerson, PauseWords(look) + "; a new revision waits");
  } else if (!BaselineComplete(workload)) {
    look.Hold(Reason::kWaitingForBaseline,
              "A new revision waits: the baseline lacks available pods");
  } else if (!look.Confirmed(0)) {
    look.Hold(WeightsDrifted(look.seen, 0) ? Reason::kMovingWeights : Reason::kRouteNotAccepted,
              "A new revision waits: the routes are not yet accepted with all traffic on the "
              "baseline");
  } else if (!HeldByBudget(look, BudgetEffect::kRefuseStart,
                           "Revision " + ShortRevision(workload.canary.revision) + " waits")) {
    StartRollout(look);
  }
}

}  // namespace slogate::core
