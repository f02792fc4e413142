#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/rollout/world.h"
#include "slogate/core/budget.h"
#include "slogate/core/decide.h"

namespace slogate::core {
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

// Series of either arm, and of as few others as one selector can say.
std::vector<LabelMatcher> EitherArm(const Arms& arms) {
  std::vector<LabelMatcher> matchers;
  for (const LabelMatcher& canary : arms.canary) {
    for (const LabelMatcher& baseline : arms.baseline) {
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

}  // namespace

std::vector<BudgetPlan> PlanBudgets(const Policy& policy, const RolloutState& state,
                                    const WorkloadView&, TimePoint now) {
  std::vector<BudgetPlan> plans;
  const Phase phase = ActivePhase(state);
  if (!policy.budget || !(IsResting(phase) || phase == Phase::kProgressing)) return plans;
  const std::vector<LabelMatcher> either = EitherArm(policy.arms);
  for (const Objective& objective : policy.objectives) {
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
  Duration cadence = plan.piece / 4;
  if (!plan.windows.empty()) cadence = std::min(cadence, plan.windows.front() / 4);
  return std::min(kLongest, std::max(cadence, plan.scrape_interval));
}

}  // namespace slogate::core
