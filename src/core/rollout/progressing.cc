// A candidate takes traffic, step by step.
#include <algorithm>
#include <utility>

#include "core/rollout/budget_assessment.h"
#include "core/rollout/decision_context.h"
#include "core/rollout/judgement.h"
#include "core/rollout/rollout_checks.h"
#include "core/rollout/stages.h"
#include "slogate/core/verdict_words.h"

namespace slogate::core {
namespace {

// What was judged is offered for the next look while the step goes on.
void OfferFold(DecisionContext& context, Judgement& judgement) {
  if (context.next.phase != Phase::kProgressing || context.next.stage != StepStage::kBaking) return;
  if (context.next.step_first_block > judgement.next_block) return;  // it has begun again
  Checkpoint& absorbed = context.decision.absorbed.emplace();
  absorbed.objectives = std::move(judgement.evidence);
  absorbed.blocks_absorbed = judgement.blocks_absorbed;
  absorbed.step_blocks = judgement.step_blocks;
  absorbed.step_blocks_with_events = judgement.step_blocks_with_events;
  context.decision.absorbed_until = judgement.next_block;
}

void GoOn(DecisionContext& context, const std::string& message) {
  const Reason lifted = context.next.reason;
  context.next.resume = context.seen.requests.resume;
  context.Enter(Phase::kProgressing, DecisionKind::kHold, lifted, message);
}

// The step's time begins again: that of an incident says little about how the canary fares.
void LiftBudgetPause(DecisionContext& context, const Judgement* judgement) {
  if (!BudgetAllowsAgain(context)) return;
  GoOn(context,
       "The error budget allows it again; " + StepName(context.next) + " gathers fresh evidence");
  if (context.next.stage == StepStage::kBaking) BeginBake(context, judgement);
}

// A pause for lack of evidence lifts itself, since nothing was shown, and one for an error budget,
// since nothing was shown of the canary; others wait for a person.
void Paused(DecisionContext& context, const Judgement* judgement) {
  const Reason why = context.next.reason;
  if (context.seen.requests.resume != context.next.resume && why != Reason::kPausedByPerson) {
    if (IsOfBudgets(why)) WaiveBudgets(context);
    GoOn(context, "Resumed by a person; " + StepName(context.next) + " gathers fresh evidence");
    if (why == Reason::kWeightDrift) {
      if (judgement != nullptr) context.Keep(*judgement);
      BeginMove(context, context.next.step);
    } else if (context.next.stage == StepStage::kBaking) {
      BeginBake(context, judgement);
    }
  } else if (why == Reason::kPausedByPerson) {
    if (!PauseRequested(context)) GoOn(context, "No longer paused");
  } else if (why == Reason::kSourceFailed || why == Reason::kNoData) {
    const bool blocks = context.seen.evidence && !context.seen.evidence->blocks.empty();
    if (judgement != nullptr && blocks && !HoldForMissing(context, *judgement)) {
      GoOn(context, "Evidence is back");
    }
  } else if (why == Reason::kBudgetExhausted || why == Reason::kBudgetBurning) {
    LiftBudgetPause(context, judgement);
  }
}

// A person's word stands in for evidence. A pause by a person, and pods that do not run yet, come
// first. True: the word was acted on.
bool PromoteAsRequested(DecisionContext& context, const Judgement* judgement) {
  if (context.next.stage == StepStage::kStarting || PauseRequested(context)) return false;
  if (const Request* const all = FullPromotionRequested(context); all != nullptr) {
    if (context.policy.dry_run) {
      context.Hold(Reason::kDryRun, "Dry run: the candidate would be promoted" + ByWhom(*all));
      return true;
    }
    if (judgement != nullptr) context.Keep(*judgement);
    context.Enter(Phase::kPromoting, DecisionKind::kPromote, Reason::kPromotedByPerson,
                  "Promoting revision " + ShortRevision(context.next.candidate_revision) +
                      ", asked for" + ByWhom(*all) + " in " + StepName(context.next));
    return true;
  }
  const Request* const step = StepPromotionRequested(context);
  if (step == nullptr || context.next.stage != StepStage::kBaking) return false;
  context.next.phase = Phase::kProgressing;
  context.next.missing_since.reset();
  PassStep(context, judgement, Reason::kPromotedByPerson, ", asked for" + ByWhom(*step));
  return true;
}

// No canary pod gets more traffic than a pod of the baseline: what they no longer carry leaves them
// at once, and comes back with the pods. The step waits meanwhile.
void FollowPods(DecisionContext& context) {
  RolloutState& next = context.next;
  if (next.stage == StepStage::kStarting || context.policy.dry_run) return;
  const int carried = CanaryCarries(context.policy, context.seen.workload);
  const int wanted = CurrentStep(context).weight_percent;
  // Beyond the step's weight it is somebody else's, which is put back and not followed.
  const int given = next.stage == StepStage::kBaking
                        ? next.desired_percent
                        : std::min(wanted, HighestWeight(context.seen));
  if (carried < given) {
    next.desired_percent = carried;
    if (!std::exchange(next.lowered, true)) {
      context.Tell(DecisionKind::kHold, Reason::kWaitingForCanary, LoweredWords(context));
    }
  } else if (next.lowered) {
    next.desired_percent = std::min(carried, wanted);
    next.lowered = next.desired_percent < wanted || !context.Confirmed(wanted);
  }
}

// Of the worst canary pod, beyond what a pod of the baseline had on average in the same time: what
// restarts pods of both, such as a node or a dependency, is not the release's. True: rejected.
bool RejectedForRestarts(DecisionContext& context) {
  const TrackView& canary = context.seen.workload.canary;
  const TrackView& baseline = context.seen.workload.baseline;
  OldRestarts& old = context.next.old_restarts;
  if (RunsAnotherRevision(context.next, context.seen.workload)) return false;
  old.canary = std::min(old.canary, canary.restarts);
  // Without it nobody knows whose pods these are.
  if (!baseline.pod_template_hash.empty()) {
    old.baseline = std::min(old.baseline, baseline.restarts_in_all);
  }
  const int restarts = canary.restarts - old.canary;
  const int of_baseline = std::max(0, baseline.restarts_in_all - old.baseline);
  const int pods = std::max(1, baseline.desired);
  const int per_pod = of_baseline / pods + (of_baseline % pods == 0 ? 0 : 1);
  const int allowed = context.policy.workload.max_canary_restarts;
  if (restarts - per_pod <= allowed) return false;
  context.Reject(Reason::kCanaryRestarts, {},
                 WithPods("The containers of a canary pod restarted " + std::to_string(restarts) +
                              " times, those of a baseline pod " + std::to_string(per_pod) +
                              " times on average; maxCanaryRestarts allows " +
                              std::to_string(allowed) + " more",
                          canary));
  return true;
}

// A canary that breaks its limit may do so together with the baseline, which a person must be able
// to see.
std::string WorseWords(const Judgement& judgement, double alpha) {
  if (!judgement.limits_only) {
    return "Worse than the baseline: " + judgement.failed_words + "; " + FalseAlarmWords(alpha);
  }
  std::string words;
  for (const ObjectiveVerdict& verdict : judgement.verdicts) {
    if (verdict.reason != Reason::kCanaryBreaksLimit) continue;
    words += (words.empty() ? "" : "; ") + verdict.objective + ": " + verdict.message;
  }
  return words + "; " + FalseAlarmWords(alpha);
}

std::optional<Judgement> JudgeNow(DecisionContext& context) {
  RolloutState& next = context.next;
  if (!context.seen.evidence || !next.frozen) return std::nullopt;
  const StepDemand demand{.steps = static_cast<int>(next.frozen->steps.size()),
                          .in_later_step = next.stage == StepStage::kBaking && next.step > 0,
                          .min_events = CurrentStep(context).min_events,
                          .step = static_cast<std::size_t>(next.step)};
  Judgement judgement = Judge(*next.frozen, next.checkpoint, next.step_first_block,
                              context.seen.evidence->blocks, demand);
  next.verdicts = judgement.verdicts;
  context.decision.verdicts = judgement.verdicts;
  CheckSpending(context, judgement);
  return judgement;
}

}  // namespace

void Progressing(DecisionContext& context) {
  RolloutState& next = context.next;
  const WorkloadView& workload = context.seen.workload;
  const std::string& offered = OfferedRevision(context.policy, workload);
  if (!offered.empty() && offered != next.candidate_revision) {
    context.Supersede();
    return;
  }
  if (context.Managed() && !offered.empty() && !workload.held && !context.policy.dry_run) {
    next.desired_percent = 0;
    context.Enter(Phase::kPromoting, DecisionKind::kPromote, Reason::kPromotedByHand,
                  "Somebody let revision " + ShortRevision(next.candidate_revision) +
                      " roll out (spec.paused is false); all traffic goes to the baseline");
    return;
  }
  if (RejectedForRestarts(context)) return;
  if (!CanaryLost(context.policy, workload, next.desired_percent)) FollowPods(context);
  std::optional<Judgement> judgement = JudgeNow(context);
  Judgement* const judged = judgement ? &*judgement : nullptr;
  if (judged != nullptr && judged->shown_worse) {
    context.Reject(judged->limits_only ? Reason::kCanaryBreaksLimit : Reason::kCanaryWorse,
                   judged->failed_objectives, WorseWords(*judged, next.frozen->alpha));
  } else if (const Request* const abort = AbortRequested(context); abort != nullptr) {
    context.Reject(Reason::kAbortedByPerson, {}, "Rolled back" + ByWhom(*abort));
  } else if (next.stage != StepStage::kStarting && !context.policy.dry_run &&
             CanaryLost(context.policy, context.seen.workload, next.desired_percent)) {
    context.Retreat(judged, kTooFewPods);
  } else if (next.stage != StepStage::kStarting && !context.policy.dry_run &&
             RunsAnotherRevision(next, workload)) {
    context.Retreat(judged, kOthersPods);
  } else if (context.blocked != Reason::kNone) {
    context.HoldBlocked();
  } else if (PromoteAsRequested(context, judged)) {
    return;
  } else if (next.phase == Phase::kPaused) {
    Paused(context, judged);
  } else if (next.stage == StepStage::kStarting) {
    Starting(context);
  } else if (next.stage == StepStage::kMoving) {
    Moving(context, judged);
  } else if (judged != nullptr) {
    Baking(context, *judged);
    OfferFold(context, *judged);
  } else {
    context.Hold(Reason::kBaking, "Gathering evidence in " + StepName(next));
  }
}

}  // namespace slogate::core
