// Makes the counts of both tracks, block by block, from a seed.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "simulation/scenario.h"
#include "simulation/scraping.h"
#include "slogate/core/observations.h"

namespace slogate::simulation {

// What happened in one block, and what a scraper would have counted of it.
struct StreamBlock {
  core::Block seen;
  // The same by scrape interval, oldest first; empty where the tracks' scrapes have no phases.
  std::vector<core::Block> scrapes;
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

  // How old each track's last sample is when a block ends.
  const Phases& ScrapePhases() const;

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
