#include "slogate/core/freeze.h"

#include <algorithm>

#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

// Blocks a step may take before start weights run out: its longest duration, or thrice its least.
std::int64_t PlannedBlocks(const Step& step, Duration block_length) {
  const Duration planned =
      step.longest_duration.count() > 0 ? step.longest_duration : 3 * step.least_duration;
  return 1 + planned / block_length;
}

// A dispersion given by the user holds for every length; dependence is taken to be as strong.
Dispersion DispersionOf(const Objective& objective, const HistoryReading& history,
                        std::size_t index, Duration block_length) {
  if (objective.phi) {
    const double phi = std::max(1.0, *objective.phi);
    return {.phi_block = phi, .phi_max = phi, .kappa = phi, .measured = true};
  }
  if (index >= history.objectives.size()) return {};
  return MeasureDispersion(history.objectives[index].blocks, block_length);
}

}  // namespace

std::vector<LabelMatcher> ArmMatchers(const Policy& policy, const WorkloadView& workload, Arm arm) {
  const bool canary = arm == Arm::kCanary;
  std::vector<LabelMatcher> matchers = canary ? policy.arms.canary : policy.arms.baseline;
  if (!policy.arms.revision_label.empty()) {
    const ArmView& view = canary ? workload.canary : workload.baseline;
    matchers.push_back({.name = policy.arms.revision_label,
                        .op = LabelMatcher::Op::kEqual,
                        .value = view.pod_template_hash});
  }
  return matchers;
}

FrozenParameters Freeze(const Policy& policy, const WorkloadView& workload,
                        const HistoryReading& history, TimePoint now) {
  FrozenParameters frozen;
  frozen.origin = now;
  frozen.block_length = BlockLength(policy.prometheus);
  frozen.scrape_interval = policy.prometheus.scrape_interval;
  frozen.alpha = policy.comparison.alpha;
  frozen.promotion_alpha = policy.comparison.promotion_alpha;
  frozen.canary = ArmMatchers(policy, workload, Arm::kCanary);
  frozen.baseline = ArmMatchers(policy, workload, Arm::kBaseline);
  frozen.steps = policy.steps;
  for (const Step& step : policy.steps) {
    frozen.planned_blocks += PlannedBlocks(step, frozen.block_length);
  }
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    const Objective& objective = policy.objectives[i];
    FrozenObjective& kept = frozen.objectives.emplace_back();
    kept.name = objective.name;
    kept.dimension = objective.dimension;
    kept.mode = objective.mode;
    kept.indicator = objective.indicator;
    kept.target = objective.target;
    kept.least_events = objective.least_events;
    kept.parameters =
        ParametersOf(objective, DispersionOf(objective, history, i, frozen.block_length));
  }
  return frozen;
}

Checkpoint EmptyCheckpoint(const FrozenParameters& frozen) {
  Checkpoint checkpoint;
  checkpoint.objectives.resize(frozen.objectives.size());
  return checkpoint;
}

std::int64_t FirstBlockAfter(const Policy& policy, const FrozenParameters& frozen, TimePoint now) {
  Duration settle{0};
  for (const Route& route : policy.routes) settle = std::max(settle, route.settle_time);
  const Duration from = now.time_since_epoch() + settle + frozen.scrape_interval;
  return (from + frozen.block_length - Duration(1)) / frozen.block_length;
}

}  // namespace slogate::core
