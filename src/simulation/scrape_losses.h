// What a scraper misses of what happened.
#pragma once

#include <array>
#include <vector>

#include "simulation/random.h"
#include "simulation/scenario.h"
#include "slogate/core/observations.h"

namespace slogate::simulation {

// One run's scraper. One thread at a time.
class ScrapeLosses {
 public:
  ScrapeLosses(const Scraping& scraping, core::Duration block_length, std::size_t objectives);

  bool Any() const;
  // Makes of a block that happened the block that is counted.
  void Apply(Random& random, core::Block& block);

 private:
  void LoseTail(Random& random, std::size_t track, core::Block& block) const;
  void Delay(std::size_t track, bool lost, core::Block& block);

  Scraping scraping_;
  double resets_per_block_ = 0;
  // Counts of lost blocks, which the next scrape brings, by track and objective.
  std::array<std::vector<core::ObjectiveBlock>, 2> late_;
};

}  // namespace slogate::simulation
