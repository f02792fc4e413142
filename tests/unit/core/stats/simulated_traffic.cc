#include "unit/core/stats/simulated_traffic.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "slogate/core/dispersion.h"

namespace slogate::core {

SimulatedRollout::SimulatedRollout(Traffic traffic, std::uint64_t seed)
    : traffic_(std::move(traffic)), random_(seed) {}

Counts SimulatedRollout::Draw(double rps, double error_rate) {
  Counts counts;
  counts.total = std::poisson_distribution<int>(rps * kBlockSeconds)(random_);
  const double bursts = counts.total * error_rate / traffic_.mean_burst;
  if (!(bursts > 0)) return counts;
  const int drawn = std::poisson_distribution<int>(bursts)(random_);
  std::geometric_distribution<int> further(1 / traffic_.mean_burst);
  for (int i = 0; i < drawn; ++i) {
    counts.bad += traffic_.mean_burst > 1 ? 1 + further(random_) : 1;
  }
  counts.bad = std::min(counts.bad, counts.total);
  return counts;
}

PairedCounts SimulatedRollout::Block(long number) {
  const double rate = std::min(1.0, traffic_.error_rate * traffic_.weather(number));
  const double factor = number < traffic_.worse_from_block ? 1 : traffic_.canary_factor;
  double canary_rps = traffic_.canary_rps;
  double baseline_rps = traffic_.baseline_rps;
  if (!traffic_.weights.empty()) {
    const int percent = traffic_.weights.at(static_cast<std::size_t>(number / kBlocksAStep));
    const double all = canary_rps + baseline_rps;
    canary_rps = all * percent / 100;
    baseline_rps = all - canary_rps;
  }
  const Counts canary = Draw(canary_rps, std::min(1.0, rate * factor));
  return {canary, Draw(baseline_rps, rate)};
}

Dispersion SimulatedRollout::MeasureHistory() {
  std::vector<Counts> blocks;
  for (long k = 0; k < 4 * kBlocksAnHour; ++k) {
    blocks.push_back(Draw(traffic_.canary_rps + traffic_.baseline_rps, traffic_.error_rate));
  }
  return MeasureDispersion(blocks, std::chrono::seconds(15));
}

std::optional<long> SimulatedRollout::RolledBackAt(const Dispersion& dispersion) {
  return FirstBlock(
      dispersion, [](const LogEvidence& evidence) { return evidence.rollback >= std::log(100.0); });
}

std::optional<long> SimulatedRollout::ShownNoWorseAt(const Dispersion& dispersion) {
  return FirstBlock(
      dispersion, [](const LogEvidence& evidence) { return evidence.promotion >= std::log(20.0); });
}

std::optional<long> SimulatedRollout::FirstBlock(
    const Dispersion& dispersion, const std::function<bool(const LogEvidence&)>& reached) {
  Objective objective;
  objective.target = traffic_.target;
  const ComparatorParameters parameters = ParametersOf(objective, dispersion);
  const int steps = std::max(1, static_cast<int>(traffic_.weights.size()));
  const long blocks = steps > 1 ? steps * kBlocksAStep : kBlocksAnHour;
  EvidenceState state;
  for (long k = 0; k < blocks; ++k) {
    const bool first_of_later_step = steps > 1 && k > 0 && k % kBlocksAStep == 0;
    Absorb(state, parameters, Block(k), StartWeight(k, blocks, steps, first_of_later_step));
    if (reached(Evaluate(state))) return k + 1;
  }
  return std::nullopt;
}

}  // namespace slogate::core
