#include <algorithm>
#include <string>
#include <variant>

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

// A matcher that every series meets, where free PromQL wants one of an arm.
void OfEitherArm(std::string& promql) {
  constexpr std::string_view kArm = "{{.arm}}";
  for (std::size_t at = promql.find(kArm); at != std::string::npos; at = promql.find(kArm, at)) {
    promql.replace(at, kArm.size(), "__name__=~\".+\"");
  }
}

struct Narrow {
  const std::vector<LabelMatcher>& matchers;

  void Add(Selector& selector) const {
    for (const LabelMatcher& matcher : matchers) {
      auto& there = selector.matchers;
      if (std::find(there.begin(), there.end(), matcher) == there.end()) there.push_back(matcher);
    }
  }
  void operator()(CounterIndicator& counters) const {
    Add(counters.total);
    Add(counters.part);
  }
  void operator()(HistogramIndicator& histogram) const { Add(histogram.histogram); }
  void operator()(PromqlIndicator& promql) const {
    OfEitherArm(promql.total);
    OfEitherArm(promql.part);
  }
  void operator()(ScoreIndicator& score) const {
    Add(score.total);
    Add(score.sum);
  }
  void operator()(ScoreHistogramIndicator& histogram) const { Add(histogram.histogram); }
};

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
      if (auto* indicator = std::get_if<Indicator>(&plan.indicator)) {
        std::visit(Narrow{either}, *indicator);
      }
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
