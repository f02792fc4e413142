#include "core/rollout/world.h"
#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"

namespace slogate::core {

ReadingPlan PlanHistory(const Policy& policy, const WorkloadView& workload, TimePoint now) {
  ReadingPlan plan;
  plan.wants_history = true;
  plan.canary = ArmMatchers(policy, workload, Arm::kCanary);
  plan.baseline = ArmMatchers(policy, workload, Arm::kBaseline);
  for (const Objective& objective : policy.objectives) {
    plan.indicators.push_back(objective.indicator);
    plan.slices.emplace_back().cohort_label = objective.cohorts ? objective.cohorts->by : "";
  }
  plan.block_length = BlockLength(policy.prometheus);
  plan.scrape_interval = policy.prometheus.scrape_interval;
  constexpr Duration kHistoryLength = std::chrono::hours(4);
  plan.first_block = (now.time_since_epoch() - kHistoryLength) / plan.block_length;
  return plan;
}

std::optional<ReadingPlan> PlanReading(const Policy& policy, const RolloutState& state,
                                       const Observations& seen, TimePoint now) {
  if (AtStart(policy, state, seen.workload)) {
    if (!Decide(policy, state, seen, now).wants_history) return std::nullopt;
    return PlanHistory(policy, seen.workload, now);
  }
  if (!CanaryServes(state)) return std::nullopt;
  ReadingPlan plan;
  plan.canary = state.frozen->canary;
  plan.baseline = state.frozen->baseline;
  for (const FrozenObjective& objective : state.frozen->objectives) {
    plan.indicators.push_back(objective.indicator);
    plan.slices.push_back({.cohort_label = objective.cohort_label,
                           .cohorts = objective.cohorts,
                           .bounds = objective.bounds});
  }
  plan.block_length = state.frozen->block_length;
  plan.scrape_interval = state.frozen->scrape_interval;
  plan.first_block = state.step_first_block;
  return plan;
}

}  // namespace slogate::core
