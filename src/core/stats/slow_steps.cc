#include <algorithm>
#include <cmath>
#include <optional>

#include "core/slo/findings.h"
#include "slogate/core/dispersion.h"
#include "slogate/core/freeze.h"
#include "slogate/core/power.h"

namespace slogate::core {
namespace {

constexpr double kTripled = 3;
const double kLogKeepsStep = std::log(10.0);
// Of one step, and of the first and each later one of several (StartWeight).
constexpr double kStartOfOnlyStep = 0.8;
constexpr double kStartOfFirstStep = 0.4;

// What the baseline has in a block, over the blocks in which it has any.
Counts BlockOfHistory(const std::vector<Counts>& blocks) {
  Counts sum;
  double with_events = 0;
  for (const Counts& block : blocks) {
    if (!(block.total > 0)) continue;
    ++with_events;
    sum += block;
  }
  if (with_events == 0) return {};
  // Bad events that never happened are taken to be one.
  return {.total = sum.total / with_events, .bad = std::max(1.0, sum.bad) / with_events};
}

std::optional<double> BlocksToSee(const ComparatorParameters& parameters, const Counts& block,
                                  double share, int scrapes, double start_weight) {
  const double rate = std::min(1.0, block.bad / block.total);
  const ConstantTraffic traffic{.canary_events = block.total * share,
                                .baseline_events = block.total * (1 - share),
                                .canary_rate = std::min(1.0, kTripled * rate),
                                .baseline_rate = rate,
                                .burst = parameters.dispersion.phi_block,
                                .scrapes = scrapes};
  return BlocksToRollback(ExpectedGrowth(parameters, traffic), start_weight, kLogKeepsStep);
}

ComparatorParameters WithoutDispersion(ComparatorParameters parameters) {
  parameters.dispersion.phi_block = 1;
  parameters.dispersion.phi_max = 1;
  parameters.dispersion.kappa = 1;
  return parameters;
}

std::int64_t SlowStep(const FrozenParameters& frozen, const FrozenObjective& objective,
                      const Counts& block, std::size_t index) {
  const Step& step = frozen.steps[index];
  if (step.require != Require::kNoHarmSeen) return 0;
  const double share = step.weight_percent / 100.0;
  const auto steps = static_cast<double>(frozen.steps.size());
  double start = steps > 1 ? kStartOfFirstStep : kStartOfOnlyStep;
  if (index > 0) start /= steps - 1;
  const auto planned = static_cast<double>(PlannedBlocks(step, frozen.block_length));
  const int scrapes = ScrapesPerBlock(frozen);
  const auto unslowed =
      BlocksToSee(WithoutDispersion(objective.parameters), block, share, scrapes, start);
  if (!unslowed || *unslowed > planned) return 0;
  const auto slowed = BlocksToSee(objective.parameters, block, share, scrapes, start);
  if (slowed && *slowed <= planned) return 0;
  const double needed = std::ceil(slowed.value_or(static_cast<double>(kMaxSlowBlocks)));
  return std::min(kMaxSlowBlocks, static_cast<std::int64_t>(std::min(needed, 1e12)));
}

}  // namespace

int ScrapesPerBlock(const FrozenParameters& frozen) {
  if (frozen.scrape_interval <= Duration::zero()) return 1;
  return static_cast<int>(std::max<Duration::rep>(1, frozen.block_length / frozen.scrape_interval));
}

std::int64_t PlannedBlocks(const Step& step, Duration block_length) {
  const Duration planned =
      step.max_duration.count() > 0 ? step.max_duration : 3 * step.min_duration;
  return 1 + planned / block_length;
}

std::vector<std::int64_t> SlowSteps(const FrozenParameters& frozen,
                                    const FrozenObjective& objective,
                                    const ObjectiveHistory& history) {
  const Counts block = BlockOfHistory(history.blocks);
  if (objective.mode != Mode::kEnforce || !(block.total > 0)) return {};
  if (Slowdown(objective.parameters.dispersion) < kSlowEvidence) return {};
  std::vector<std::int64_t> blocks;
  for (std::size_t i = 0; i < frozen.steps.size(); ++i) {
    blocks.push_back(SlowStep(frozen, objective, block, i));
  }
  const bool any = std::ranges::any_of(blocks, [](std::int64_t needed) { return needed > 0; });
  return any ? blocks : std::vector<std::int64_t>{};
}

std::string SlowStepInWords(const FrozenParameters& frozen, const FrozenObjective& objective,
                            std::size_t step) {
  const std::int64_t blocks = objective.slow_steps[step];
  const Duration block_length = frozen.block_length;
  const std::string seen =
      blocks >= kMaxSlowBlocks
          ? "would not be seen at all at "
          : "would be seen only after about " + LengthInWords(blocks * block_length) + " at ";
  return "evidence is slowed " + NumberInWords(Slowdown(objective.parameters.dispersion)) +
         " times, so three times the bad events " + seen +
         std::to_string(frozen.steps[step].weight_percent) +
         " %; the step holds until then; a higher weight, more traffic, or a retry when the "
         "baseline's last hours were calmer would help, and gate promote passes the step without";
}

std::vector<std::string> SlowStepWarnings(const FrozenParameters& frozen) {
  std::vector<std::string> warnings;
  for (const FrozenObjective& objective : frozen.objectives) {
    for (std::size_t i = 0; i < std::min(objective.slow_steps.size(), frozen.steps.size()); ++i) {
      if (objective.slow_steps[i] == 0) continue;
      warnings.push_back("step " + std::to_string(i + 1) + " of " +
                         std::to_string(frozen.steps.size()) + ", " + objective.name + ": " +
                         SlowStepInWords(frozen, objective, i));
    }
  }
  return warnings;
}

}  // namespace slogate::core
