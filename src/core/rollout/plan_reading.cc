#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/rollout/rollout_checks.h"
#include "slogate/core/budget.h"
#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"
#include "slogate/core/tracks.h"

namespace slogate::core {

ReadingPlan PlanHistory(const Policy& policy, const WorkloadView& workload, TimePoint now) {
  ReadingPlan plan;
  plan.wants_history = true;
  plan.canary = TrackMatchers(policy, workload, Track::kCanary);
  plan.baseline = TrackMatchers(policy, workload, Track::kBaseline);
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

namespace {

using Op = LabelMatcher::Op;

// The value as a regular expression that matches nothing else.
std::string AsRegex(const LabelMatcher& matcher) {
  if (matcher.op == Op::kMatch) return "(?:" + matcher.value + ")";
  std::string quoted;
  for (const char c : matcher.value) {
    if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

bool IsPositive(const LabelMatcher& matcher) {
  return matcher.op == Op::kEqual || matcher.op == Op::kMatch;
}

}  // namespace

std::vector<LabelMatcher> EitherTrack(const Tracks& tracks) {
  std::vector<LabelMatcher> matchers;
  for (const LabelMatcher& canary : tracks.canary) {
    for (const LabelMatcher& baseline : tracks.baseline) {
      if (canary.name != baseline.name) continue;
      if (canary == baseline) {
        matchers.push_back(canary);
      } else if (IsPositive(canary) && IsPositive(baseline)) {
        matchers.push_back({canary.name, Op::kMatch, AsRegex(canary) + "|" + AsRegex(baseline)});
      }
    }
  }
  return matchers;
}

std::vector<BudgetPlan> PlanBudgets(const Policy& policy, const RolloutState& state,
                                    const WorkloadView&, TimePoint now) {
  std::vector<BudgetPlan> plans;
  const Phase phase = ActivePhase(state);
  if (!policy.budget || !(IsIdle(phase) || phase == Phase::kProgressing)) return plans;
  const std::vector<LabelMatcher> either = EitherTrack(policy.tracks);
  for (const Objective& objective : policy.objectives) {
    if (!objective.has_budget) continue;
    BudgetPlan plan = PlanBudget(objective, policy.prometheus.scrape_interval, now);
    if (objective.service.empty()) {
      plan.matchers = either;
    } else {
      plan.service = objective.service;
      plan.objective = objective.name;
    }
    plans.push_back(std::move(plan));
  }
  return plans;
}

Duration BudgetCadence(const BudgetPlan& plan) {
  constexpr Duration kLongest = std::chrono::minutes(1);
  Duration cadence = plan.chunk / 4;
  if (!plan.windows.empty()) cadence = std::min(cadence, plan.windows.front() / 4);
  return std::min(kLongest, std::max(cadence, plan.scrape_interval));
}

}  // namespace slogate::core
