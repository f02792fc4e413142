#include "slogate/core/decide.h"

#include <utility>

#include "core/rollout/actions.h"
#include "core/rollout/budget_gate.h"
#include "core/rollout/decision_context.h"

namespace slogate::core {
namespace {

// What of the world cannot be used now, for a person to fix.
void FindBlock(DecisionContext& context) {
  const Observations& seen = context.seen;
  for (const RouteView& route : seen.routes) {
    if (route.exists && route.problem.empty()) continue;
    context.blocked = Reason::kRouteUnavailable;
    context.block_message =
        route.name + ": " + (route.exists ? route.problem : "the route does not exist");
  }
  if (!seen.workload.problem.empty()) {
    context.blocked = Reason::kWorkloadUnavailable;
    context.block_message = seen.workload.problem;
  }
}

// Whatever is broken, a rollback goes on and evidence may still begin one.
bool GoesOnBlocked(const RolloutState& state) {
  return state.phase == Phase::kRollingBack || ActivePhase(state) == Phase::kProgressing;
}

void Dispatch(DecisionContext& context) {
  switch (context.next.phase) {
    case Phase::kPending:
      return Pending(context);
    case Phase::kInitializing:
      return Initializing(context);
    case Phase::kReady:
    case Phase::kPromoted:
    case Phase::kRolledBack:
      return Idle(context);
    case Phase::kProgressing:
      return Progressing(context);
    case Phase::kPaused:
      return context.next.paused_phase == Phase::kPromoting ? Promoting(context)
                                                            : Progressing(context);
    case Phase::kPromoting:
      return Promoting(context);
    case Phase::kRollingBack:
      return RollingBack(context);
    case Phase::kSuperseded:
      return Superseded(context);
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
  DecisionContext context{policy, observations, now, decision, decision.next_state, Reason::kNone,
                          ""};
  // How long a policy has waited is known from its first look on.
  if (context.next.phase_began == TimePoint{}) context.next.phase_began = now;
  context.pods_awaited_before = std::exchange(context.next.pods_awaited, std::nullopt);
  FindBlock(context);
  AssessBudgets(context);
  if (context.blocked == Reason::kNone || GoesOnBlocked(state)) {
    Dispatch(context);
  } else {
    context.HoldBlocked();
  }
  if (state.phase == Phase::kPaused && decision.next_state.phase == Phase::kPaused) {
    decision.kind = DecisionKind::kPause;
  }
  decision.requeue_after = NextLook(context, state);
  return decision;
}

void Fold(Decision& decision) {
  if (!decision.absorbed) return;
  decision.next_state.checkpoint = std::move(*decision.absorbed);
  decision.next_state.step_first_block = decision.absorbed_until;
  decision.absorbed.reset();
}

}  // namespace slogate::core
