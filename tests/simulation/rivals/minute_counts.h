// Blocks gathered to minutes: published rules look once a minute.
#pragma once

#include <cstddef>
#include <vector>

#include "simulation/scenario.h"
#include "slogate/core/counts.h"
#include "slogate/core/observations.h"

namespace slogate::simulation {

// One thread at a time.
class MinuteCounts {
 public:
  explicit MinuteCounts(const Scenario& scenario);

  void Clear();
  // True when the block ends a minute; `counts` then tells what happened in it.
  bool Add(const core::Block& block);
  // Per objective of the scenario, since the minute began.
  const std::vector<core::PairedCounts>& counts() const { return counts_; }

 private:
  std::size_t blocks_a_minute_;  // one when blocks are longer than a minute
  std::size_t blocks_ = 0;
  std::vector<core::PairedCounts> counts_;
};

// Adds what `more` counted to `sum`.
void Accumulate(core::PairedCounts& sum, const core::PairedCounts& more);

}  // namespace slogate::simulation
