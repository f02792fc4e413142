// The candidate gets its pods; nothing is asked of the routes yet.
#include "core/rollout/asked.h"
#include "core/rollout/budget_gate.h"
#include "core/rollout/stages.h"
#include "core/rollout/world.h"
#include "slogate/core/freeze.h"

namespace slogate::core {
namespace {

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

}  // namespace

void Starting(Look& look) {
  const WorkloadView& workload = look.seen.workload;
  if (!look.Confirmed(0)) {
    look.Hold(Reason::kMovingWeights, "Moving all traffic to the baseline");
    return;
  }
  if (!CanaryComplete(look.policy, workload)) {
    if (CanaryScaledUp(look.policy, workload) && look.PodsOverdue()) {
      RejectAsNeverAvailable(look);
    } else {
      look.Hold(Reason::kWaitingForCanary, "Waiting for the canary's pods");
    }
    return;
  }
  if (!BaselineComplete(workload)) {
    look.Hold(Reason::kWaitingForBaseline, "Waiting for the baseline's pods");
  } else if (PauseAsked(look)) {
    look.Hold(Reason::kPausedByPerson, PauseWords(look));
  } else if (BudgetKeepsFromMoving(look)) {
    return;
  } else if (look.next.frozen) {
    BeginMove(look, look.next.step);
  } else if (!look.seen.history) {
    look.decision.wants_history = true;
    look.Hold(Reason::kNewRevision, "Reading the baseline's history");
  } else if (look.seen.history->source != SourceProblem::kNone) {
    look.Hold(Reason::kSourceFailed,
              "The baseline's history cannot be read: " + look.seen.history->message);
  } else {
    FreezeAndMove(look);
  }
}

}  // namespace slogate::core
