// When to look again if nothing wakes the policy before.
#include <algorithm>

#include "core/rollout/budget_assessment.h"
#include "core/rollout/decision_context.h"
#include "core/rollout/rollout_checks.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

// Pods and gateways answer within seconds.
constexpr Duration kSoonest = 1s;
// The canary has traffic, or has to lose it.
constexpr Duration kLatestWithTraffic = 15s;
// For what happens at a known time to have happened.
constexpr Duration kAfter = 20ms;

Duration UntilNextBlock(const FrozenParameters& frozen, TimePoint now) {
  const Duration length = frozen.block_length;
  const Duration since = (now.time_since_epoch() - frozen.scrape_interval) % length;
  return length - since + kAfter;
}

Duration WithTraffic(const DecisionContext& context) {
  return std::min<Duration>(UntilNextBlock(*context.next.frozen, context.now), kLatestWithTraffic);
}

// What budgets hold ends without an announcement: as often as they are read.
Duration WhileBudgetsHold(const DecisionContext& context) {
  Duration shortest = 1min;
  for (const BudgetPlan& plan :
       PlanBudgets(context.policy, context.next, context.seen.workload, context.now)) {
    shortest = std::min(shortest, BudgetCadence(plan));
  }
  return shortest;
}

Duration AtRest(const DecisionContext& context) {
  const Duration watched = WatchLeft(context);
  Duration latest = IsOfBudgets(context.next.reason) ? WhileBudgetsHold(context) : kLatest;
  if (watched > 0ms) latest = std::min(WhileBudgetsHold(context), watched + kAfter);
  const Duration until_scale_down =
      context.next.phase_began + context.policy.workload.scale_down_delay - context.now;
  return until_scale_down > 0ms ? std::min(latest, until_scale_down + kAfter) : latest;
}

bool LowersWeights(const DecisionContext& context) {
  const auto& routes = context.seen.routes;
  return std::ranges::any_of(context.decision.actions, [&](const Action& action) {
    if (action.kind == Action::Kind::kGiveBack) return true;
    return action.kind == Action::Kind::kSetWeights &&
           std::ranges::any_of(routes, [&](const RouteView& route) {
             return route.canary_percent.value_or(0) > action.value;
           });
  });
}

// The longer a wait has lasted, the later: what ends it without waking the policy is found within a
// quarter of the time that it took.
Duration WhileWaiting(const DecisionContext& context, const RolloutState& before) {
  if (context.next.reason != before.reason) return kSoonest;
  const TimePoint began = std::max(context.next.phase_began, context.next.stage_began);
  Duration wait = std::clamp<Duration>((context.now - began) / 4, kSoonest, kLatest);
  if (CanaryServes(context.next)) wait = std::min(wait, WithTraffic(context));
  if (!context.next.pods_awaited) return wait;
  // PodsOverdue counts no time in which nobody looked.
  const Duration deadline = context.policy.workload.progress_deadline;
  const Duration left = context.next.pods_awaited->since + deadline - context.now;
  return std::max(kAfter, std::min({wait, deadline / 8, left + kAfter}));
}

Duration InPhase(const DecisionContext& context, const RolloutState& before) {
  if (context.next.undo) return kSoonest;
  if (IsIdle(context.next.phase)) return AtRest(context);
  if (CanaryServes(context.next) && context.next.stage == StepStage::kBaking)
    return WithTraffic(context);
  return IsOfBudgets(context.next.reason) ? WhileBudgetsHold(context)
                                          : WhileWaiting(context, before);
}

}  // namespace

Duration NextLook(const DecisionContext& context, const RolloutState& before) {
  Duration wait = InPhase(context, before);
  for (const RouteView& route : context.seen.routes) {
    if (route.accepted_from > context.now) {
      wait = std::min<Duration>(wait, route.accepted_from - context.now + kAfter);
    }
  }
  return LowersWeights(context) ? std::min(wait, kLatestWithTraffic) : wait;
}

}  // namespace slogate::core
