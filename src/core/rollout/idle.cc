// Before the first rollout and between rollouts.
#include <algorithm>

#include "core/rollout/budget_assessment.h"
#include "core/rollout/decision_context.h"
#include "core/rollout/rollout_checks.h"

namespace slogate::core {
namespace {

void StartRollout(DecisionContext& context) {
  RolloutState& next = context.next;
  const std::string& revision = OfferedRevision(context.policy, context.seen.workload);
  const bool again = revision == next.candidate_revision;
  BeginAttempt(context, revision);
  context.Enter(Phase::kProgressing, DecisionKind::kHold,
                again ? Reason::kRetried : Reason::kNewRevision,
                (again ? "Trying revision " : "New revision ") + ShortRevision(revision) +
                    (again ? " again" : " found") + "; waiting for its pods");
}

// Nobody held the new revision of production, or somebody has let it go.
bool RollsOutUnjudged(const DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  return context.Managed() && !workload.held &&
         (workload.template_revision != workload.baseline.revision || !workload.baseline.settled);
}

void TellRest(DecisionContext& context, const Aftermath& aftermath) {
  RolloutState& next = context.next;
  const WorkloadView& workload = context.seen.workload;
  const std::string& offered = OfferedRevision(context.policy, workload);
  if (RollsOutUnjudged(context)) {
    const std::string& stuck = workload.rollout_problem;
    context.Hold(Reason::kPromotedByHand,
                 WithPods("Revision " + ShortRevision(offered) +
                              " rolls out without being judged, since nothing held it" +
                              (stuck.empty() ? "" : "; " + stuck),
                          workload.baseline));
  } else if (next.phase == Phase::kRolledBack && offered == next.rejected_revision) {
    context.Hold(next.rejected_reason,
                 "Revision " + ShortRevision(next.rejected_revision) + " was rolled back" +
                     (next.failed_objectives.empty()
                          ? ""
                          : "; failed objectives: " + Join(next.failed_objectives)));
  } else if (!offered.empty() && offered == next.rejected_revision) {
    const bool undone = next.rejected_reason == Reason::kUndoneByPerson;
    context.Hold(Reason::kRejectedBefore,
                 "Revision " + ShortRevision(offered) +
                     (undone ? " was undone and has been written again; revert it where it comes "
                               "from, or retry it (gate retry) to release it again"
                             : " was rejected before; retry it (gate retry) to release it again") +
                     (workload.baseline.settled
                          ? ""
                          : "; Kubernetes has stopped in the middle of a rollout, and production's "
                            "pods are of two revisions"));
  } else if (aftermath.reason != Reason::kNone) {
    context.Hold(aftermath.reason, aftermath.message);
  } else if (next.phase == Phase::kPromoted) {
    context.Hold(Reason::kPromoted,
                 "The baseline runs revision " + ShortRevision(next.stable_revision));
  } else {
    next.phase = Phase::kReady;
    context.Hold(Reason::kNone, "The baseline serves all traffic; nothing to release");
  }
}

// A promoted revision has all traffic and nothing to be compared with: what people should know.

std::string HowToGoBack(const DecisionContext& context) {
  return context.Managed() ? "; check it, or go back (gate undo)"
                           : "; check it, or give the baseline its earlier template";
}

// Each cause is worth one event. The first is shown.
void Warn(DecisionContext& context, Aftermath& aftermath, Reason reason, const std::string& cause,
          const std::string& what) {
  std::vector<std::string>& warned = context.next.after_promotion.warned;
  const std::string message = "Since revision " + ShortRevision(context.next.candidate_revision) +
                              " was promoted, " + what + HowToGoBack(context);
  if (std::ranges::find(warned, cause) == warned.end()) {
    warned.push_back(cause);
    context.Tell(DecisionKind::kHold, reason, message);
  }
  if (aftermath.reason == Reason::kNone) aftermath = {reason, message};
}

}  // namespace

Duration WatchLeft(const DecisionContext& context) {
  const RolloutState& next = context.next;
  if (next.phase != Phase::kPromoted) return Duration{0};
  return std::max(Duration{0},
                  next.phase_began + context.policy.watch_after_promotion - context.now);
}

Aftermath WatchPromoted(DecisionContext& context) {
  Aftermath aftermath;
  const RolloutState& next = context.next;
  const TrackView& baseline = context.seen.workload.baseline;
  if (WatchLeft(context) == Duration{0} || baseline.revision != next.candidate_revision) {
    return aftermath;
  }
  for (const BudgetStatus& status : next.budgets) {
    const std::vector<std::string>& before = next.after_promotion.burning_before;
    const bool burned = std::ranges::find(before, status.objective) != before.end();
    if (!status.burning || burned) continue;
    Warn(context, aftermath, Reason::kBurnsAfterPromotion, "burn of " + status.objective,
         "the error budget of " + status.objective + " burns too fast");
  }
  const int tolerated =
      std::max(context.policy.workload.max_canary_restarts, next.after_promotion.restarts_before);
  if (baseline.restarts > tolerated) {
    Warn(context, aftermath, Reason::kRestartsAfterPromotion, "restarts",
         "containers of one of its pods have restarted more than " + std::to_string(tolerated) +
             " times");
  }
  return aftermath;
}

void BeginAttempt(DecisionContext& context, const std::string& revision) {
  RolloutState& next = context.next;
  next.attempts = revision == next.candidate_revision ? next.attempts + 1 : 1;
  next.candidate_revision = revision;
  next.rejected_revision.clear();
  next.rejected_reason = Reason::kNone;
  next.failed_objectives.clear();
  next.retry = context.policy.retry;
  next.resume = context.seen.requests.resume;
  next.approved.reset();
  SetAsideRequests(context);
  next.old_restarts = {context.seen.workload.canary.restarts,
                       context.seen.workload.baseline.restarts_in_all};
  next.undo.reset();
  next.after_promotion = {context.seen.workload.baseline.restarts, {}, {}};
  for (const BudgetStatus& status : next.budgets) {
    if (status.burning) next.after_promotion.burning_before.push_back(status.objective);
  }
  next.frozen.reset();
  next.checkpoint = {};
  next.verdicts.clear();
  next.step = 0;
  next.stage = StepStage::kStarting;
  next.stage_began = context.now;
  next.step_first_block = 0;
  next.desired_percent = 0;
}

void Pending(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  if (!workload.baseline.exists) {
    context.Hold(Reason::kWaitingForBaseline, "The baseline Deployment does not exist");
  } else if (context.Managed() && !workload.adopted && !context.policy.dry_run) {
    context.Hold(Reason::kWaitingForBaseline,
                 "Labelling the Deployment, so that new revisions are held");
  } else {
    context.next.desired_percent = 0;
    context.next.stable_revision = workload.baseline.revision;
    context.Enter(Phase::kReady, DecisionKind::kHold, Reason::kNone,
                  "The baseline serves all traffic");
  }
}

void Idle(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  // Between a change of the Deployment and the cluster's answer its revision is not known.
  const std::string& offered = OfferedRevision(context.policy, workload);
  if (offered.empty() || workload.baseline.revision.empty()) return;
  if (workload.baseline.settled) context.next.stable_revision = workload.baseline.revision;
  context.next.previous_revision = workload.previous_revision;
  if (Undoing(context)) return;
  const Aftermath aftermath = WatchPromoted(context);
  // Nothing is held any more: a pause from now on is somebody else's.
  if (context.Managed() && !workload.held && offered == workload.baseline.revision &&
      context.next.phase == Phase::kReady) {
    context.next.candidate_revision.clear();
  }
  if (!HasCandidate(context.policy, context.next, workload)) {
    TellRest(context, aftermath);
  } else if (PauseRequested(context)) {
    context.Hold(Reason::kPausedByPerson, PauseWords(context) + "; a new revision waits");
  } else if (!BaselineComplete(workload)) {
    context.Hold(
        Reason::kWaitingForBaseline,
        WithPods("A new revision waits: the baseline lacks available pods", workload.baseline));
  } else if (!context.Confirmed(0)) {
    context.HoldForRoutes(
        WeightsDrifted(context.seen, 0) ? Reason::kMovingWeights : Reason::kRouteNotAccepted,
        "A new revision waits until the routes are accepted with all traffic on the baseline", 0);
  } else if (!HeldByBudget(context, BudgetEffect::kRefuseStart,
                           "Revision " + ShortRevision(offered) + " waits")) {
    StartRollout(context);
  }
}

}  // namespace slogate::core
