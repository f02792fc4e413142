// Makes the counts of both tracks, block by block, from a seed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "simulation/random.h"
#include "simulation/scenario.h"
#include "slogate/core/observations.h"

namespace slogate::simulation {

// What a scraper misses of what happened.

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

// What happened in one block, and what a scraper would have counted of it.
struct StreamBlock {
  core::Block seen;
  double canary_bad = 0;  // that truly happened, of all objectives
  bool fault = false;     // the fault was active
};

// One run's traffic. The same scenario, run and weights give the same blocks on any machine.
// Keeps a reference to the scenario. One thread at a time.
class Stream {
 public:
  Stream(const Scenario& scenario, std::uint64_t run);
  Stream(Scenario&& scenario, std::uint64_t run) = delete;
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // The baseline before the rollout. Does not change the blocks to come.
  core::HistoryReading History() const;

  // The next block of the rollout, with this share of the requests sent to the canary. The result
  // stays valid until the next call.
  const StreamBlock& Next(int weight_percent);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// What is behind a name that a rule has failed: an objective, or "objective{cohort=value}".
enum class PlantedFault {
  kFaulty,    // it has the fault; of an objective whose fault is in one cohort: that cohort
  kTouched,   // an objective whose fault is in one of its cohorts
  kInnocent,  // neither
};
PlantedFault FailuresOf(const Scenario& scenario, const std::string& failed_objectives);

}  // namespace slogate::simulation
