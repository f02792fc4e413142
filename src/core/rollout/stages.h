// The stages of a step, and what moves a rollout from one to the next. Each stage is a function of
// a Look, in the file of its name.
#pragma once

#include <string>

#include "core/rollout/judgement.h"
#include "core/rollout/look.h"

namespace slogate::core {

void Starting(Look& look);
void Moving(Look& look, const Judgement* judgement);
void Baking(Look& look, const Judgement& judgement);

// Missing evidence holds at once and pauses when it lasts. True: it is missing.
bool HoldForMissing(Look& look, const Judgement& judgement);

void RejectAsNeverAvailable(Look& look);

// From here on of the running step, which is frozen.
const Step& CurrentStep(const Look& look);
// "step 2 of 3"
std::string StepName(const RolloutState& state);
void BeginMove(Look& look, int step);
// Starts the step's fresh evidence at the first whole block from now.
void BeginBake(Look& look, const Judgement* judgement);
// On to the next step, or to promotion. `whom`: by whose word, as in ", approved by ann".
void PassStep(Look& look, const Judgement* judgement, Reason reason, const std::string& whom);

}  // namespace slogate::core
