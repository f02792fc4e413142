// Evidence is gathered at the weight of the step.
#include "core/rollout/asked.h"
#include "core/rollout/budget_gate.h"
#include "core/rollout/stages.h"
#include "core/rollout/world.h"

namespace slogate::core {
namespace {

// What the source says of its series is often the mend. Only the first: the status is no log.
std::string WithWarning(const Look& look, std::string message) {
  const std::vector<std::string>& warnings = look.seen.evidence->warnings;
  return warnings.empty() ? message : std::move(message) + "; " + warnings.front();
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

}  // namespace

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

}  // namespace slogate::core
