// Bad events that do not come alone: bursts, and clients that retry.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "simulation/random.h"
#include "simulation/scenario.h"

namespace slogate::simulation {

// Events of both tracks, canary first.
using PerTrack = std::array<double, 2>;

// Bad events that begin in one block and may fall into later ones. One thread at a time.
class BurstModel {
 public:
  BurstModel(const Traffic& traffic, core::Duration block_length);

  // Whether the usual bad events come in bursts; if not they are the caller's to draw.
  bool Bursty() const { return bursts_.mean > 1; }

  // Bad events of the next block, in which each track is to have `bad_expected` of the usual ones
  // and `share` of the exposure: bursts, if there are any, and loops.
  PerTrack Next(Random& random, const PerTrack& bad_expected, const PerTrack& share);

 private:
  void Spread(Random& random, std::size_t track, std::int64_t events, core::Duration spread);

  Bursts bursts_;
  std::optional<Loops> loops_;
  double block_ms_;
  std::size_t now_ = 0;
  std::array<std::vector<double>, 2> coming_;  // rings: events of this block and of later ones
};

// The laws that move bad rates: drift, incidents, noise and pods that differ for good.

// One run's rates, as multiples of an objective's own. Values; keeps a reference to the traffic.
class Rates {
 public:
  // Draws what holds for the whole run.
  Rates(const Traffic& traffic, Random& random);

  // What both tracks share at this time; drift and incident.
  double Shared(core::Duration at) const;
  // One block's noise, where it does not depend on counts.
  PerTrack NoiseOfBlock(Random& random) const;
  // Each baseline pod's factor; at least one.
  const std::vector<double>& BaselinePods() const { return baseline_pods_; }
  // The mean of each track's pods.
  const PerTrack& PodMeans() const { return pod_means_; }

 private:
  const Traffic& traffic_;
  double phase_;
  std::vector<double> baseline_pods_;
  PerTrack pod_means_{1, 1};
};

}  // namespace slogate::simulation
