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
  const Counts canary = Draw(traffic_.canary_rps, std::min(1.0, rate * factor));
  return {canary, Draw(traffic_.baseline_rps, rate)};
}

Dispersion SimulatedRollout::MeasureHistory() {
  std::vector<Counts> blocks;
  for (long k = 0; k < 4 * kBlocksAnHour; ++k) {
    blocks.push_back(Draw(traffic_.canary_rps + traffic_.baseline_rps, traffic_.error_rate));
  }
  return MeasureDispersion(blocks, std::chrono::seconds(15));
}

std::optional<long> SimulatedRollout::RolledBackAt(const Dispersion& dispersion) {
  Objective objective;
  objective.target = traffic_.target;
  const ComparatorParameters parameters = ParametersOf(objective, dispersion);
  EvidenceState state;
  for (long k = 0; k < kBlocksAnHour; ++k) {
    Absorb(state, parameters, Block(k), StartWeight(k, kBlocksAnHour, 1, false));
    if (Evaluate(state).rollback >= -std::log(0.01)) return k + 1;
  }
  return std::nullopt;
}

}  // namespace slogate::core
