#include "core/rollout/next_look.h"

#include <algorithm>

#include "core/rollout/world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

// Pods and gateways answer within seconds.
constexpr Duration kSoonest = 1s;
// A change wakes the policy, except that of tracked configuration, which is not watched.
constexpr Duration kLatest = 5min;
constexpr Duration kLatestTracking = 30s;
// The canary has traffic, or has to lose it.
constexpr Duration kLatestWithTraffic = 15s;
// For what happens at a known time to have happened.
constexpr Duration kAfter = 20ms;

Duration Latest(const Policy& policy) {
  return policy.workload.tracked.empty() ? kLatest : kLatestTracking;
}

Duration UntilNextBlock(const FrozenParameters& frozen, TimePoint now) {
  const Duration length = frozen.block_length;
  const Duration since = (now.time_since_epoch() - frozen.scrape_interval) % length;
  return length - since + kAfter;
}

Duration WithTraffic(const Look& look) {
  return std::min<Duration>(UntilNextBlock(*look.next.frozen, look.now), kLatestWithTraffic);
}

// What budgets hold ends without an announcement: as often as they are read.
Duration WhileBudgetsHold(const Look& look) {
  Duration shortest = 1min;
  for (const BudgetPlan& plan : PlanBudgets(look.policy, look.next, look.seen.workload, look.now)) {
    shortest = std::min(shortest, BudgetCadence(plan));
  }
  return shortest;
}

Duration AtRest(const Look& look) {
  const Duration latest =
      IsOfBudgets(look.next.reason) ? WhileBudgetsHold(look) : Latest(look.policy);
  const Duration until_scale_down =
      look.next.phase_began + look.policy.workload.scale_down_delay - look.now;
  return until_scale_down > 0ms ? std::min(latest, until_scale_down + kAfter) : latest;
}

bool LowersWeights(const Look& look) {
  const auto& routes = look.seen.routes;
  return std::any_of(
      look.decision.actions.begin(), look.decision.actions.end(), [&](const Action& action) {
        return action.kind == Action::Kind::kSetWeights &&
               std::any_of(routes.begin(), routes.end(), [&](const RouteView& route) {
                 return route.canary_percent.value_or(0) > action.value;
               });
      });
}

// The longer a wait has lasted, the later: what ends it without waking the policy is found within a
// quarter of the time that it took.
Duration WhileWaiting(const Look& look, const RolloutState& before) {
  if (look.next.reason != before.reason) return kSoonest;
  const TimePoint began = std::max(look.next.phase_began, look.next.stage_began);
  Duration wait = std::clamp<Duration>((look.now - began) / 4, kSoonest, Latest(look.policy));
  if (CanaryServes(look.next)) wait = std::min(wait, WithTraffic(look));
  if (!look.next.pods_awaited) return wait;
  // PodsOverdue counts no time in which nobody looked.
  const Duration deadline = look.policy.workload.progress_deadline;
  const Duration left = look.next.pods_awaited->since + deadline - look.now;
  return std::max(kAfter, std::min({wait, deadline / 8, left + kAfter}));
}

Duration InPhase(const Look& look, const RolloutState& before) {
  if (IsResting(look.next.phase)) return AtRest(look);
  if (CanaryServes(look.next) && look.next.stage == StepStage::kBaking) return WithTraffic(look);
  return IsOfBudgets(look.next.reason) ? WhileBudgetsHold(look) : WhileWaiting(look, before);
}

}  // namespace

Duration NextLook(const Look& look, const RolloutState& before) {
  const Duration wait = InPhase(look, before);
  return LowersWeights(look) ? std::min(wait, kLatestWithTraffic) : wait;
}

}  // namespace slogate::core
