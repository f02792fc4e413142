// A candidate takes traffic, step by step.
#include "core/rollout/asked.h"
#include "core/rollout/budget_gate.h"
#include "core/rollout/judgement.h"
#include "core/rollout/look.h"
#include "core/rollout/world.h"
#include "slogate/core/freeze.h"

namespace slogate::core {
namespace {

const Step& CurrentStep(const Look& look) {
  return look.next.frozen->steps[static_cast<std::size_t>(look.next.step)];
}

std::string StepName(const RolloutState& state) {
  return "step " + std::to_string(state.step + 1) + " of " +
         std::to_string(state.frozen->steps.size());
}

void BeginMove(Look& look, int step) {
  look.next.step = step;
  look.next.stage = StepStage::kMoving;
  look.next.stage_began = look.now;
  look.next.desired_percent = CurrentStep(look).weight_percent;
  look.Hold(Reason::kMovingWeights, "Moving to " + StepName(look.next));
  look.Tell(DecisionKind::kPromote, Reason::kMovingWeights,
            "Moving to " + StepName(look.next) + ", weight " +
                std::to_string(look.next.desired_percent) + " %");
}

// Starts the step's fresh evidence at the first whole block from now.
void BeginBake(Look& look, const Judgement* judgement) {
  if (judgement != nullptr) look.Keep(*judgement);
  for (EvidenceState& evidence : look.next.checkpoint.objectives) BeginStep(evidence);
  look.next.stage = StepStage::kBaking;
  look.next.stage_began = look.now;
  look.next.step_first_block = FirstBlockAfter(look.policy, *look.next.frozen, look.now);
  look.Hold(Reason::kBaking, "Gathering evidence in " + StepName(look.next));
  look.Tell(DecisionKind::kHold, Reason::kBaking,
            "Weights confirmed; gathering evidence in " + StepName(look.next));
}

void RejectAsNeverAvailable(Look& look) {
  look.Reject(Reason::kCanaryNeverAvailable, {},
              "The canary's pods were not available within the progress deadline");
}

// Until the first weight a rollout has begun for its pods only. A person's word to promote is that
// budgets be passed over as well.
bool BudgetKeepsFromMoving(Look& look) {
  const BudgetEffect least = look.next.frozen ? BudgetEffect::kHold : BudgetEffect::kRefuseStart;
  return FullPromotionAsked(look) == nullptr &&
         HeldByBudget(look, least, "The canary gets no traffic yet");
}

void FreezeAndMove(Look& look) {
  look.next.frozen =
      Freeze(TightenedPolicy(look), look.seen.workload, *look.seen.history, look.now);
  NoteTightened(look, *look.next.frozen);
  look.next.checkpoint = EmptyCheckpoint(*look.next.frozen);
  BeginMove(look, 0);
}

void Starting(Look& look) {
  const WorkloadView& workload = look.seen.workload;
  const Duration deadline = look.policy.workload.progress_deadline;
  if (!look.Confirmed(0)) {
    look.Hold(Reason::kMovingWeights, "Moving all traffic to the baseline");
    return;
  }
  if (!CanaryComplete(look.policy, workload)) {
    if (look.now - look.next.stage_began > deadline) {
      RejectAsNeverAvailable(look);
    } else {
      look.Hold(Reason::kWaitingForCanary, "Waiting for the canary's pods");
    }
    return;
  }
  // Whatever else the start waits for is not the canary's fault; the deadline begins anew.
  if (look.now - look.next.stage_began > deadline / 2) look.next.stage_began = look.now;
  if (!BaselineComplete(workload)) {
    look.Hold(Reason::kWaitingForBaseline, "Waiting for the baseline's pods");
  } else if (PauseAsked(look)) {
    look.Hold(Reason::kPausedByPerson, PauseWords(look));
  } else if (BudgetKeepsFromMoving(look)) {
    return;
  } else if (look.next.frozen) {
    BeginMove(look, look.next.step);
  } else if (!look.seen.history) {
    look.Hold(Reason::kNewRevision, "Reading the baseline's history");
  } else if (look.seen.history->source != SourceProblem::kNone) {
    look.Hold(Reason::kSourceFailed,
              "The baseline's history cannot be read: " + look.seen.history->message);
  } else {
    FreezeAndMove(look);
  }
}

// The weight is its pods: they come with it and not before.
void AwaitPodsOfWeight(Look& look) {
  const bool late = look.now - look.next.stage_began > look.policy.workload.progress_deadline;
  if (late) {
    RejectAsNeverAvailable(look);
  } else {
    look.Hold(Reason::kWaitingForCanary, "Waiting for the canary's pods of " + StepName(look.next));
  }
}

void Moving(Look& look, const Judgement* judgement) {
  if (look.Confirmed(look.next.desired_percent)) {
    BeginBake(look, judgement);
  } else if (WeightsDrifted(look.seen, look.next.desired_percent)) {
    look.Hold(Reason::kMovingWeights, "Moving to " + StepName(look.next));
  } else if (CountsPods(look.policy)) {
    AwaitPodsOfWeight(look);
  } else {
    look.Hold(Reason::kRouteNotAccepted,
              "The gateway has not yet accepted the weights of " + StepName(look.next));
  }
}

// What the source says of its series is often the mend. Only the first: the status is no log.
std::string WithWarning(const Look& look, std::string message) {
  const std::vector<std::string>& warnings = look.seen.evidence->warnings;
  return warnings.empty() ? message : std::move(message) + "; " + warnings.front();
}

// Missing evidence holds at once and pauses when it lasts. True: it is missing.
bool HoldForMissing(Look& look, const Judgement& judgement) {
  const EvidenceReading& reading = *look.seen.evidence;
  const bool failed = reading.source != SourceProblem::kNone;
  const bool no_data = !failed && !reading.blocks.empty() && judgement.obstacle == Reason::kNoData;
  if (!failed && !no_data) {
    look.next.missing_since.reset();
    return false;
  }
  if (!look.next.missing_since) look.next.missing_since = look.now;
  const Reason reason = failed ? Reason::kSourceFailed : Reason::kNoData;
  const std::string message = failed
                                  ? std::string(ToString(reading.source)) + ": " + reading.message
                                  : WithWarning(look, "No events of the canary or the baseline: " +
                                                          judgement.obstacle_message);
  const Duration pause_after =
      (failed ? look.policy.on_source_failure : look.policy.on_no_data).pause_after;
  const bool lasted = pause_after.count() > 0 && look.now - *look.next.missing_since >= pause_after;
  if (look.next.phase == Phase::kPaused) {
    if (look.next.reason == reason) look.next.message = message;
  } else if (lasted) {
    look.Pause(reason, message);
    look.next.missing_since = look.now;
  } else {
    look.Hold(reason, message);
  }
  return true;
}

bool HoldForDrift(Look& look) {
  if (look.policy.dry_run || !WeightsDrifted(look.seen, look.next.desired_percent)) return false;
  const std::string message = "Somebody else changed the weights of a route";
  if (DriftAsksForPerson(look.policy, look.seen, look.next.desired_percent)) {
    look.Pause(Reason::kWeightDrift, message + "; resume to re-assert them");
    return true;
  }
  const bool known = look.next.reason == Reason::kWeightDrift;
  look.Hold(Reason::kWeightDrift, message + "; they are being re-asserted");
  if (!known) look.Tell(DecisionKind::kHold, Reason::kWeightDrift, look.next.message);
  return true;
}

void PassStep(Look& look, const Judgement* judgement, Reason reason, const std::string& whom) {
  const bool last = look.next.step + 1 == static_cast<int>(look.next.frozen->steps.size());
  if (last && look.policy.dry_run) {
    look.Hold(Reason::kDryRun, "Dry run: every step passed; the candidate would be promoted");
    return;
  }
  look.Tell(DecisionKind::kPromote, reason, "Passed " + StepName(look.next) + whom);
  if (judgement != nullptr) look.Keep(*judgement);
  if (last) {
    look.Enter(
        Phase::kPromoting, DecisionKind::kPromote, Reason::kAllStepsPassed,
        "Every step passed; promoting revision " + ShortRevision(look.next.candidate_revision));
  } else {
    BeginMove(look, look.next.step + 1);
  }
}

void AwaitApproval(Look& look) {
  const std::string& problem = look.seen.requests.problem;
  look.Hold(Reason::kAwaitingApproval, "A person must approve " + StepName(look.next) +
                                           (problem.empty() ? "" : "; " + problem));
}

// The step's gates, once evidence is there.
void Gate(Look& look, const Judgement& judgement) {
  const Step& step = CurrentStep(look);
  const bool waited = look.now - look.next.stage_began >= step.least_duration;
  const Duration with_events = judgement.step_blocks_with_events * look.next.frozen->block_length;
  const Request* const approval = ApprovalAsked(look);
  const bool timed_out = step.longest_duration.count() > 0 && with_events >= step.longest_duration;

  const bool shown = step.require != Require::kApproval && judgement.obstacle == Reason::kNone &&
                     (step.require == Require::kNotWorse || judgement.all_shown_no_worse);
  const bool approved = step.require == Require::kApproval && approval != nullptr;

  if (!waited) {
    look.Hold(Reason::kBaking, "Gathering evidence in " + StepName(look.next));
  } else if ((shown || approved) &&
             HeldByBudget(look, BudgetEffect::kHold, StepName(look.next) + " is done and waits")) {
    return;
  } else if (approved) {
    look.next.approved = *approval;
    PassStep(look, &judgement, Reason::kApproved, ", approved" + ByWhom(*approval));
  } else if (step.require == Require::kApproval) {
    AwaitApproval(look);
  } else if (shown) {
    PassStep(look, &judgement, Reason::kStepPassed, "");
  } else if (timed_out && step.on_timeout == OnTimeout::kPause) {
    look.Pause(Reason::kTimedOut,
               StepName(look.next) + " reached its longest duration undecided; resume to go on");
  } else if (timed_out) {
    look.Hold(Reason::kTimedOut, StepName(look.next) + " is past its longest duration");
  } else if (judgement.obstacle != Reason::kNone) {
    const bool counted = judgement.obstacle == Reason::kWaitingForEvents ||
                         judgement.obstacle == Reason::kPointsToWorse;
    look.Hold(judgement.obstacle,
              counted ? judgement.obstacle_message : WithWarning(look, judgement.obstacle_message));
  } else {
    look.Hold(Reason::kNotYetShown, "Not every objective is shown no worse yet");
  }
}

void Baking(Look& look, const Judgement& judgement) {
  if (PauseAsked(look)) {
    look.Pause(Reason::kPausedByPerson, PauseWords(look));
  } else if (HoldForDrift(look) || PausedByBudget(look) || HoldForMissing(look, judgement)) {
    return;
  } else if (look.seen.evidence->blocks.empty()) {
    look.Hold(Reason::kBaking, "Waiting for the first block of " + StepName(look.next));
  } else {
    Gate(look, judgement);
  }
}

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
