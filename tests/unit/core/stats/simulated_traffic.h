// Requests and errors of two tracks, drawn block by block from a fixed seed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <vector>

#include "slogate/core/comparator.h"
#include "slogate/core/counts.h"

namespace slogate::core {

struct Traffic {
  double canary_rps = 10;
  double baseline_rps = 90;
  double error_rate = 0.005;  // of the baseline
  double canary_factor = 1;   // canary's error rate, as a multiple of the baseline's
  std::vector<int> weights;   // canary's percent of all requests, per step; empty: as above
  long worse_from_block = 0;  // before it the factor is 1
  double mean_burst = 1;      // errors come in bursts of a geometric size; 1: independent
  double target = 0.99;       // of the objective
  std::function<double(long)> weather = [](long) { return 1.0; };  // of both tracks, per block
};

inline constexpr double kBlockSeconds = 15;
inline constexpr long kBlocksAnHour = 240;
inline constexpr long kBlocksAStep = 24;  // of a rollout with several steps

class SimulatedRollout {
 public:
  SimulatedRollout(Traffic traffic, std::uint64_t seed);

  // Dispersion of four hours of baseline, all of the traffic on it.
  Dispersion MeasureHistory();

  // The rollout's block, counted from 1, after which E_R first was 100, or the promotion evidence
  // 20, within an hour of one step or within all steps; nothing when it never was.
  std::optional<long> RolledBackAt(const Dispersion& dispersion);
  std::optional<long> ShownNoWorseAt(const Dispersion& dispersion);

  PairedCounts Block(long number);

 private:
  Counts Draw(double rps, double error_rate);
  std::optional<long> FirstBlock(const Dispersion& dispersion,
                                 const std::function<bool(const LogEvidence&)>& reached);

  Traffic traffic_;
  std::mt19937_64 random_;
};

}  // namespace slogate::core
