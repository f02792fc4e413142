// What scraping makes of what happened.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "simulation/random.h"
#include "simulation/scenario.h"
#include "slogate/core/observations.h"

namespace slogate::simulation {

// What a scraper misses. One run's; one thread at a time.
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

// How old each track's last sample is when a block ends, in slices; at most one scrape interval.
using Phases = std::array<std::int64_t, 2>;
// All 0 where the scenario has no phases.
Phases DrawPhases(const Scenario& scenario, Random& random);

// Attributes slices to scrapes and blocks as counting does: what happened after a track's last
// sample within a block is part of the next block's first scrape. One run's; one thread at a time.
class ScrapeCounter {
 public:
  ScrapeCounter(const Phases& phases, std::size_t objectives);

  // A block begins: `scrapes` are those of its scrape intervals.
  void Begin(std::vector<core::Block>& scrapes);
  // Slice number `slice` of the block.
  void Add(std::int64_t slice, const core::Block& made, std::vector<core::Block>& scrapes);
  // All scrapes of a block together.
  void Sum(const std::vector<core::Block>& scrapes, core::Block& block) const;

 private:
  Phases phases_;
  std::size_t objectives_;
  core::Block later_;  // of the next block's first scrape
};

}  // namespace slogate::simulation
