// The stages of a step, and what moves a rollout from one to the next. Each stage is a function of
// a DecisionContext.
#pragma once

#include <string>

#include "core/rollout/decision_context.h"
#include "core/rollout/judgement.h"

namespace slogate::core {

void Starting(DecisionContext& context);
void Moving(DecisionContext& context, const Judgement* judgement);
void Baking(DecisionContext& context, const Judgement& judgement);

// Missing evidence holds at once and pauses when it lasts. True: it is missing.
bool HoldForMissing(DecisionContext& context, const Judgement& judgement);

// Why the weight is below the step's.
std::string LoweredWords(const DecisionContext& context);

void RejectAsNeverAvailable(DecisionContext& context);

// From here on of the running step, which is frozen.
const Step& CurrentStep(const DecisionContext& context);
// "step 2 of 3"
std::string StepName(const RolloutState& state);
void BeginMove(DecisionContext& context, int step);
// Starts the step's fresh evidence at the first whole block from now.
void BeginBake(DecisionContext& context, const Judgement* judgement);
// On to the next step, or to promotion. `whom`: by whose word, as in ", approved by ann".
void PassStep(DecisionContext& context, const Judgement* judgement, Reason reason,
              const std::string& whom);

}  // namespace slogate::core
