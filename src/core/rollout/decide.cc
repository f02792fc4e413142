#include "slogate/core/decide.h"

#include <utility>

#include "core/rollout/actions.h"
#include "core/rollout/budget_gate.h"
#include "core/rollout/look.h"
#include "core/rollout/next_look.h"
#include "core/rollout/world.h"

namespace slogate::core {
namespace {

// What of the world cannot be used now, for a person to mend.
void FindBlock(Look& look) {
  const Observations& seen = look.seen;
  for (const RouteView& route : seen.routes) {
    if (route.exists && route.problem.empty()) continue;
    look.blocked = Reason::kRouteUnavailable;
    look.block_message =
        route.name + ": " + (route.exists ? route.problem : "the route does not exist");
  }
  if (!seen.workload.problem.empty()) {
    look.blocked = Reason::kWorkloadUnavailable;
    look.block_message = seen.workload.problem;
  }
}

// Whatever is broken, a rollback goes on and evidence may still begin one.
bool GoesOnBlocked(const RolloutState& state) {
  return state.phase == Phase::kRollingBack || ActivePhase(state) == Phase::kProgressing;
}

void Dispatch(Look& look) {
  switch (look.next.phase) {
    case Phase::kPending:
      return Pending(look);
    case Phase::kInitializing:
      return Initializing(look);
    case Phase::kReady:
    case Phase::kPromoted:
    case Phase::kRolledBack:
      return Resting(look);
    case Phase::kProgressing:
      return Progressing(look);
    case Phase::kPaused:
      return look.next.paused_phase == Phase::kPromoting ? Promoting(look) : Progressing(look);
    case Phase::kPromoting:
      return Promoting(look);
    case Phase::kRollingBack:
      return RollingBack(look);
    case Phase::kSuperseded:
      return Superseded(look);
  }
}

}  // namespace

Decision Decide(const Policy& policy, const RolloutState& state, const Observations& observations,
                TimePoint now) {
  Decision decision;
  decision.next_state = state;
  decision.actions = IntendedActions(policy, state, observations, now);
  decision.next_state.observed_percents.clear();
  decision.next_state.route_notes.clear();
  for (const RouteView& route : observations.routes) {
    decision.next_state.observed_percents.push_back(route.canary_percent);
    decision.next_state.route_notes.push_back(route.note);
  }
  Look look{policy, observations, now, decision, decision.next_state, Reason::kNone, ""};
  // How long a policy has waited is known from its first look on.
  if (look.next.phase_began == TimePoint{}) look.next.phase_began = now;
  look.pods_awaited_before = std::exchange(look.next.pods_awaited, std::nullopt);
  FindBlock(look);
  LookAtBudgets(look);
  if (look.blocked == Reason::kNone || GoesOnBlocked(state)) {
    Dispatch(look);
  } else {
    look.HoldBlocked();
  }
  if (state.phase == Phase::kPaused && decision.next_state.phase == Phase::kPaused) {
    decision.kind = DecisionKind::kPause;
  }
  decision.requeue_after = NextLook(look, state);
  return decision;
}

void Fold(Decision& decision) {
  if (!decision.absorbed) return;
  decision.next_state.checkpoint = std::move(*decision.absorbed);
  decision.next_state.step_first_block = decision.absorbed_until;
  decision.absorbed.reset();
}

}  // namespace slogate::core
