// A candidate takes traffic, step by step.
#include "core/rollout/asked.h"
#include "core/rollout/budget_gate.h"
#include "core/rollout/judgement.h"
#include "core/rollout/look.h"
#include "core/rollout/stages.h"
#include "core/rollout/world.h"

namespace slogate::core {
namespace {

// What was judged is offered for the next look while the step goes on.
void OfferFold(Look& look, Judgement& judgement) {
  if (look.next.phase != Phase::kProgressing || look.next.stage != StepStage::kBaking) return;
  Checkpoint& absorbed = look.decision.absorbed.emplace();
  absorbed.objectives = std::move(judgement.evidence);
  absorbed.blocks_absorbed = judgement.blocks_absorbed;
  absorbed.step_blocks = judgement.step_blocks;
  absorbed.step_blocks_with_events = judgement.step_blocks_with_events;
  look.decision.absorbed_until = judgement.next_block;
}

void GoOn(Look& look, const std::string& message) {
  const Reason lifted = look.next.reason;
  look.next.resume = look.seen.requests.resume;
  look.Enter(Phase::kProgressing, DecisionKind::kHold, lifted, message);
}

// The step's time begins anew: that of an incident says little about how the canary fares.
void LiftBudgetPause(Look& look, const Judgement* judgement) {
  if (!BudgetAllowsAgain(look)) return;
  GoOn(look,
       "The error budget allows it again; " + StepName(look.next) + " gathers fresh evidence");
  if (look.next.stage == StepStage::kBaking) BeginBake(look, judgement);
}

// A pause for lack of evidence lifts itself, since nothing was shown, and one for an error budget,
// since nothing was shown of the canary; others wait for a person.
void Paused(Look& look, const Judgement* judgement) {
  const Reason why = look.next.reason;
  if (look.seen.requests.resume != look.next.resume && why != Reason::kPausedByPerson) {
    if (IsOfBudgets(why)) WaiveBudgets(look);
    GoOn(look, "Resumed by a person; " + StepName(look.next) + " gathers fresh evidence");
    if (why == Reason::kWeightDrift) {
      if (judgement != nullptr) look.Keep(*judgement);
      BeginMove(look, look.next.step);
    } else if (look.next.stage == StepStage::kBaking) {
      BeginBake(look, judgement);
    }
  } else if (why == Reason::kPausedByPerson) {
    if (!PauseAsked(look)) GoOn(look, "No longer paused");
  } else if (why == Reason::kSourceFailed || why == Reason::kNoData) {
    const bool blocks = look.seen.evidence && !look.seen.evidence->blocks.empty();
    if (judgement != nullptr && blocks && !HoldForMissing(look, *judgement)) {
      GoOn(look, "Evidence is back");
    }
  } else if (why == Reason::kBudgetExhausted || why == Reason::kBudgetBurning) {
    LiftBudgetPause(look, judgement);
  }
}

// A person's word stands in for evidence. A pause by a person, and pods that do not run yet, come
// first. True: the word was acted on.
bool PromoteAsAsked(Look& look, const Judgement* judgement) {
  if (look.next.stage == StepStage::kStarting || PauseAsked(look)) return false;
  if (const Request* const all = FullPromotionAsked(look); all != nullptr) {
    if (look.policy.dry_run) {
      look.Hold(Reason::kDryRun, "Dry run: the candidate would be promoted" + ByWhom(*all));
      return true;
    }
    if (judgement != nullptr) look.Keep(*judgement);
    look.Enter(Phase::kPromoting, DecisionKind::kPromote, Reason::kPromotedByPerson,
               "Promoting revision " + ShortRevision(look.next.candidate_revision) + ", asked for" +
                   ByWhom(*all) + " in " + StepName(look.next));
    return true;
  }
  const Request* const step = StepPromotionAsked(look);
  if (step == nullptr || look.next.stage != StepStage::kBaking) return false;
  look.next.phase = Phase::kProgressing;
  look.next.missing_since.reset();
  PassStep(look, judgement, Reason::kPromotedByPerson, ", asked for" + ByWhom(*step));
  return true;
}

std::optional<Judgement> JudgeNow(Look& look) {
  RolloutState& next = look.next;
  if (!look.seen.evidence || !next.frozen) return std::nullopt;
  const StepDemand demand{.steps = static_cast<int>(next.frozen->steps.size()),
                          .in_later_step = next.stage == StepStage::kBaking && next.step > 0,
                          .least_events = CurrentStep(look).least_events};
  Judgement judgement = Judge(*next.frozen, next.checkpoint, next.step_first_block,
                              look.seen.evidence->blocks, demand);
  next.verdicts = judgement.verdicts;
  look.decision.verdicts = judgement.verdicts;
  LookAtSpending(look, judgement);
  return judgement;
}

}  // namespace

void Progressing(Look& look) {
  RolloutState& next = look.next;
  const ArmView& canary = look.seen.workload.canary;
  if (!canary.revision.empty() && canary.revision != next.candidate_revision) {
    look.Supersede();
    return;
  }
  if (canary.restarts > look.policy.workload.most_canary_restarts) {
    look.Reject(Reason::kCanaryRestarts, {},
                "The canary's containers restarted " + std::to_string(canary.restarts) +
                    " times, more than the " +
                    std::to_string(look.policy.workload.most_canary_restarts) + " allowed");
    return;
  }
  std::optional<Judgement> judgement = JudgeNow(look);
  Judgement* const judged = judgement ? &*judgement : nullptr;
  if (judged != nullptr && judged->shown_worse) {
    look.Reject(Reason::kShownWorse, judged->blamed,
                "Shown worse than the baseline: " + Join(judged->blamed));
  } else if (const Request* const abort = AbortAsked(look); abort != nullptr) {
    look.Reject(Reason::kAbortedByPerson, {}, "Rolled back" + ByWhom(*abort));
  } else if (next.stage != StepStage::kStarting && !look.policy.dry_run &&
             CanaryLost(look.policy, look.seen.workload, next.desired_percent)) {
    look.Retreat(judged);
  } else if (look.blocked != Reason::kNone) {
    look.HoldBlocked();
  } else if (PromoteAsAsked(look, judged)) {
    return;
  } else if (next.phase == Phase::kPaused) {
    Paused(look, judged);
  } else if (next.stage == StepStage::kStarting) {
    Starting(look);
  } else if (next.stage == StepStage::kMoving) {
    Moving(look, judged);
  } else if (judged != nullptr) {
    Baking(look, *judged);
    OfferFold(look, *judged);
  } else {
    look.Hold(Reason::kBaking, "Gathering evidence in " + StepName(next));
  }
}

}  // namespace slogate::core
