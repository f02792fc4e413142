#include "simulation/rivals/minute_counts.h"

#include <algorithm>
#include <chrono>

namespace slogate::simulation {
namespace {

void Accumulate(core::Counts& sum, const core::Counts& more) {
  sum.total += more.total;
  sum.bad += more.bad;
}

}  // namespace

void Accumulate(core::PairedCounts& sum, const core::PairedCounts& more) {
  Accumulate(sum.canary, more.canary);
  Accumulate(sum.baseline, more.baseline);
}

MinuteCounts::MinuteCounts(const Scenario& scenario)
    : blocks_a_minute_(static_cast<std::size_t>(
          std::max<std::int64_t>(1, std::chrono::minutes(1) / scenario.block_length))),
      counts_(scenario.objectives.size()) {}

void MinuteCounts::Clear() {
  blocks_ = 0;
  std::fill(counts_.begin(), counts_.end(), core::PairedCounts{});
}

bool MinuteCounts::Add(const core::Block& block) {
  if (blocks_ == blocks_a_minute_) Clear();
  for (std::size_t i = 0; i < counts_.size() && i < block.objectives.size(); ++i) {
    Accumulate(counts_[i], block.objectives[i].counts);
  }
  ++blocks_;
  return blocks_ == blocks_a_minute_;
}

}  // namespace slogate::simulation
