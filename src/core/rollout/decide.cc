#include "slogate/core/decide.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/rollout/budget_assessment.h"
#include "core/rollout/decision_context.h"
#include "core/rollout/rollout_checks.h"
#include "slogate/core/leaving.h"

namespace slogate::core {
namespace {

// Kept with the state before it is done.
void KeepWhatChanges(DecisionContext& context, const RolloutState& before) {
  const Policy& policy = context.policy;
  if (policy.dry_run) return;
  RolloutState& next = context.next;
  next.moved = MovedAfter(policy, before, context.seen, next.desired_percent);
  if (FormerPolicy(policy, before)) {
    const Leaving leaving = LeaveFormer(policy, before, context.seen);
    const bool back = before.desired_percent == 0 && AllBack(context.seen.routes);
    if (!back || !context.seen.former || !leaving.actions.empty() || !leaving.waits_for.empty() ||
        !next.moved.empty()) {
      return;
    }
  }
  next.adopted = AdoptionOf(policy);
}

// Whatever is broken, a rollback goes on, evidence may still begin one, and traffic leaves a
// canary that is gone.
bool GoesOnBlocked(const RolloutState& state, const WorkloadView& workload) {
  const bool gone = ActivePhase(state) == Phase::kPromoting && state.desired_percent > 0 &&
                    !workload.canary.exists && workload.baseline.exists;
  return state.phase == Phase::kRollingBack || ActivePhase(state) == Phase::kProgressing || gone;
}

// What blocked a paused rollout is over: the pause has its own words again.
void RestorePauseWords(RolloutState& next) {
  for (auto entry = next.history.rbegin(); entry != next.history.rend(); ++entry) {
    if (entry->decision != DecisionKind::kPause || entry->reason != next.reason) continue;
    next.message = entry->message;
    return;
  }
}

void Dispatch(DecisionContext& context) {
  if (context.next.phase == Phase::kPaused && context.blocked == Reason::kNone) {
    RestorePauseWords(context.next);
  }
  switch (context.next.phase) {
    case Phase::kPending:
      return Pending(context);
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

// Nothing is done: whatever this policy would move is the other's. What was seen meanwhile is no
// evidence, so a step starts again with its pods.
void StandAside(DecisionContext& context) {
  RolloutState& next = context.next;
  context.decision.actions.clear();
  if (ActivePhase(next) == Phase::kProgressing && next.stage != StepStage::kStarting) {
    next.stage = StepStage::kStarting;
    next.stage_began = context.now;
    next.desired_percent = 0;
    next.lowered = false;
  }
  context.blocked = Reason::kOlderPolicy;
  context.block_message = context.seen.older_policy;
  context.HoldBlocked();
  context.decision.requeue_after = kLatest;
}

constexpr Reason kWaits[] = {
    Reason::kWorkloadUnavailable, Reason::kRouteUnavailable,         Reason::kRouteNotAccepted,
    Reason::kOlderPolicy,         Reason::kWaitingForBaseline,       Reason::kWaitingForCanary,
    Reason::kMovingWeights,       Reason::kAwaitingApproval,         Reason::kNoData,
    Reason::kSourceFailed,        Reason::kAwaitingExternalPromotion};

// Since when the state has waited for the same reason.
void KeepSince(const RolloutState& before, RolloutState& next, TimePoint now) {
  const bool waits = std::ranges::find(kWaits, next.reason) != std::end(kWaits) ||
                     next.phase == Phase::kRollingBack || next.phase == Phase::kSuperseded;
  if (!waits || next.phase == Phase::kPaused || next.phase != before.phase) {
    next.waits_since.reset();
  } else if (next.reason != before.reason || !next.waits_since) {
    next.waits_since = now;
  }
}

bool SameRule(const FrozenObjective& kept, const Objective& objective) {
  return kept.name == objective.name && kept.mode == objective.mode &&
         kept.target == objective.target && kept.indicator == objective.indicator &&
         kept.min_events == objective.min_events && kept.shift == objective.shift;
}

// A rollout keeps the rules that it began with.
bool WasEdited(const Policy& policy, const RolloutState& next) {
  if (!next.frozen || ActivePhase(next) != Phase::kProgressing) return false;
  return next.frozen->steps != policy.steps || next.frozen->alpha != policy.comparison.alpha ||
         next.frozen->promotion_alpha != policy.comparison.promotion_alpha ||
         !std::ranges::equal(next.frozen->objectives, policy.objectives, SameRule);
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
  if (!observations.older_policy.empty()) {
    StandAside(context);
    KeepSince(state, context.next, now);
    return decision;
  }
  NoteCoverage(context);
  FindBlock(context);
  FindLeft(context, state);
  AssessBudgets(context);
  TakeUndo(context);
  if (context.blocked == Reason::kNone || GoesOnBlocked(state, observations.workload)) {
    Dispatch(context);
  } else {
    context.HoldBlocked();
  }
  KeepWhatChanges(context, state);
  if (state.phase == Phase::kPaused && decision.next_state.phase == Phase::kPaused) {
    decision.kind = DecisionKind::kPause;
  }
  KeepSince(state, context.next, now);
  context.next.edited = WasEdited(policy, context.next);
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
