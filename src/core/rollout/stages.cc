#include "core/rollout/stages.h"

#include "slogate/core/freeze.h"

namespace slogate::core {

void RejectAsNeverAvailable(Look& look) {
  look.Reject(Reason::kCanaryNeverAvailable, {},
              "The canary's pods were not available within the progress deadline");
}

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

}  // namespace slogate::core
