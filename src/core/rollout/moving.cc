// Weights are on their way to those of the step.
#include "core/rollout/stages.h"
#include "core/rollout/world.h"

namespace slogate::core {
namespace {

// The weight is its pods: they come with it and not before.
void AwaitPodsOfWeight(Look& look) {
  if (CanaryScaledUp(look.policy, look.seen.workload) && look.PodsOverdue()) {
    RejectAsNeverAvailable(look);
  } else {
    look.Hold(Reason::kWaitingForCanary, "Waiting for the canary's pods of " + StepName(look.next));
  }
}

}  // namespace

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

}  // namespace slogate::core
