// The ends of a rollout: promotion, rollback, and making room for a newer revision.
#include <algorithm>

#include "core/rollout/decision_context.h"
#include "core/rollout/rollout_checks.h"

namespace slogate::core {
namespace {

// Kubernetes says that it has given a rollout up until it makes progress again, and so for a while
// after a person has resumed it.
constexpr Duration kProgressShown = std::chrono::minutes(1);

// The baseline carries the candidate; traffic follows once it has all its pods.
void FinishPromotion(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  context.next.desired_percent =
      std::min(context.next.desired_percent, CanaryCarries(context.policy, workload));
  if (context.next.desired_percent == 0 && RolledOut(workload)) {
    if (!context.Confirmed(0)) {
      context.HoldForRoutes(Reason::kMovingWeights, "Moving all traffic to the promoted baseline",
                            0);
      return;
    }
    context.next.stable_revision = context.next.candidate_revision;
    context.Enter(Phase::kPromoted, DecisionKind::kPromote, Reason::kPromoted,
                  "The baseline runs revision " + ShortRevision(context.next.candidate_revision) +
                      " and serves all traffic");
  } else if (RolledOut(workload) ||
             CanaryLost(context.policy, workload, context.next.desired_percent)) {
    context.next.phase = Phase::kPromoting;
    context.next.desired_percent = 0;
    context.Hold(Reason::kMovingWeights, "Moving all traffic to the promoted baseline");
  } else if (!workload.rollout_problem.empty()) {
    if (context.next.phase == Phase::kPromoting &&
        context.now - context.next.phase_began >= kProgressShown) {
      context.Pause(
          Reason::kTimedOut,
          WithPods("Kubernetes does not get the revision rolled out (" + workload.rollout_problem +
                       "); fix it and resume, or release another revision",
                   workload.baseline));
    }
  } else if (context.next.phase == Phase::kPromoting && !context.Managed() &&
             context.PodsOverdue()) {
    context.Pause(
        Reason::kTimedOut,
        WithPods("The baseline did not become available with the promoted template within "
                 "the progress deadline; check its pods",
                 workload.baseline));
  } else if (context.next.phase == Phase::kPromoting) {
    context.Hold(Reason::kWaitingForBaseline,
                 WithPods("Waiting for the promoted baseline's pods", workload.baseline));
  }
}

// Kubernetes rolls the revision out by the user's own strategy. One that stops every pod first has
// the canary carry all traffic meanwhile.
void LetRollOut(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  if (!CanaryStandsIn(context.policy, workload) || context.Confirmed(100)) {
    const bool undoes = context.next.rejected_reason == Reason::kUndoneByPerson;
    context.Hold(
        undoes ? Reason::kUndoneByPerson : Reason::kAllStepsPassed,
        "Letting Kubernetes roll out revision " + ShortRevision(context.next.candidate_revision));
  } else if (CanaryCarries(context.policy, workload) == 100) {
    context.next.desired_percent = 100;
    context.HoldForRoutes(
        Reason::kMovingWeights,
        "Moving all traffic to the canary while Kubernetes recreates the baseline's pods", 100);
  } else if (context.next.phase == Phase::kPromoting && context.PodsOverdue()) {
    context.Pause(
        Reason::kTimedOut,
        WithPods("The canary did not get the pods to carry all traffic while the baseline "
                 "is recreated; make room for them and resume",
                 workload.canary));
  } else if (context.next.phase == Phase::kPromoting) {
    context.Hold(
        Reason::kWaitingForCanary,
        WithPods(
            "Waiting for the canary's pods to carry all traffic while the baseline is recreated",
            workload.canary));
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
      "give " + context.policy.workload.deployment + " the candidate's template to finish";
  context.Hold(Reason::kAwaitingExternalPromotion,
               context.next.desired_percent == 100
                   ? "The candidate takes all traffic; " + wish
                   : "The candidate has too few pods to take all traffic; " + wish);
}

}  // namespace

const char* WhyStepStartsAgain(const Policy& policy, const RolloutState& state,
                               const WorkloadView& workload) {
  if (workload.baseline.revision == state.candidate_revision) return nullptr;
  if (CanaryLost(policy, workload, state.desired_percent)) return kTooFewPods;
  // What goes back at once has no canary, and needs one only to stand in for production's pods.
  const bool judged = state.rejected_reason != Reason::kUndoneByPerson;
  const bool needs_canary = judged || CanaryStandsIn(policy, workload);
  const bool managed = policy.workload.promotion == Promotion::kManaged;
  return managed && needs_canary && RunsAnotherRevision(state, workload) ? kOthersPods : nullptr;
}

void Promoting(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  const bool carried = workload.baseline.revision == context.next.candidate_revision;
  if (context.next.phase == Phase::kPaused && context.seen.requests.resume != context.next.resume) {
    context.next.resume = context.seen.requests.resume;
    context.Enter(Phase::kPromoting, DecisionKind::kPromote, Reason::kAllStepsPassed,
                  "Resumed by a person");
  }
  const Request* const abort = AbortRequested(context);
  const std::string& offered = OfferedRevision(context.policy, workload);
  if (context.next.undo && (offered.empty() || Undoing(context))) return;
  if (!offered.empty() && offered != context.next.candidate_revision &&
      (context.Managed() || !carried)) {
    context.Supersede();
  } else if (carried) {
    FinishPromotion(context);
  } else if (abort != nullptr && !context.Managed()) {
    context.Reject(Reason::kAbortedByPerson, {}, "Rolled back" + ByWhom(*abort));
  } else if (const char* const why = WhyStepStartsAgain(context.policy, context.next, workload);
             why != nullptr) {
    context.Retreat(nullptr, why);
  } else if (context.Managed()) {
    LetRollOut(context);
  } else {
    AwaitOwner(context);
  }
}

void RollingBack(DecisionContext& context) {
  if (!context.Confirmed(0)) {
    if (context.blocked == Reason::kNone) {
      context.Hold(context.next.rejected_reason, ReturnWords(context));
    } else {
      context.Hold(context.blocked, context.block_message + ". " + ReturnWords(context));
    }
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
  if (!context.Confirmed(0)) {
    context.Hold(Reason::kSuperseded, ReturnWords(context));
    return;
  }
  if (context.Managed() && !context.policy.dry_run && context.seen.workload.canary.exists) {
    context.Hold(Reason::kSuperseded, "Waiting for the replaced revision's pods to stop");
    return;
  }
  context.Enter(Phase::kReady, DecisionKind::kHold, Reason::kSuperseded,
                "The baseline serves all traffic");
}

}  // namespace slogate::core
