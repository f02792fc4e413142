// The laws that move bad rates and add bad events of their own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "simulation/random.h"
#include "simulation/scenario.h"

namespace slogate::simulation {

// Of both tracks, canary first.
using PerTrack = std::array<double, 2>;

// Traffic is made slice by slice: a block, or a third of a scrape interval. Everything here is of
// one thread at a time.

// Bad events that do not come alone: bursts, and clients that retry. They begin in one slice and
// may fall into later ones.
class BurstModel {
 public:
  BurstModel(const Traffic& traffic, core::Duration slice);

  // Whether the usual bad events come in bursts; if not they are the caller's to draw.
  bool Bursty() const { return bursts_.mean > 1; }

  // Bad events of the next slice, in which each track is to have `bad_expected` of the usual ones
  // and `share` of the exposure: bursts, if there are any, and loops. Before the first slice it has
  // been like that for as long as anything lasts.
  PerTrack Next(Random& random, const PerTrack& bad_expected, const PerTrack& share);

 private:
  PerTrack Advance(Random& random, const PerTrack& bad_expected, const PerTrack& share);
  void Spread(Random& random, std::size_t track, std::int64_t events, core::Duration spread);

  Bursts bursts_;
  std::optional<Loops> loops_;
  double slice_ms_;
  std::size_t now_ = 0;
  bool begun_ = false;
  std::array<std::vector<double>, 2> coming_;  // rings: events of this slice and of later ones
};

// Clients that keep failing on the track they began on.
class BrokenClientModel {
 public:
  BrokenClientModel(const BrokenClients& clients, core::Duration slice);

  // Bad events of the next slice. Before the first one it has been like that for long.
  PerTrack Next(Random& random, const PerTrack& share);

 private:
  void Begin(Random& random, const PerTrack& share, double slices_left);

  double count_;
  double bad_per_slice_;  // of one client
  double slices_;         // that one client lasts
  std::size_t now_ = 0;
  bool begun_ = false;
  PerTrack broken_{};
  std::array<std::vector<int>, 2> ending_;  // rings: clients that end with this slice or later ones
};

// One run's rates, as multiples of an objective's own. Values; keeps a reference to the traffic.
class Rates {
 public:
  // Draws what holds for the whole run.
  Rates(const Traffic& traffic, Random& random);

  // What both tracks share at this time; drift and incident.
  double Shared(core::Duration at) const;
  // The lasting factor of each pod of a track; one of 1 where there are no pods.
  const std::vector<double>& PodsOf(std::size_t track) const { return pods_[track]; }

 private:
  const Traffic& traffic_;
  double phase_;
  std::array<std::vector<double>, 2> pods_{{{1.0}, {1.0}}};
};

// Noise that does not depend on counts, on top of the lasting factors of pods. Keeps references to
// its arguments.
class NoiseModel {
 public:
  NoiseModel(const Noise& noise, const Rates& rates, core::Duration slice);

  // Moves on to the next slice. Noise without a time constant changes with the block only.
  void Next(Random& random, bool block_begins);
  // The mean of each track's pods.
  const PerTrack& Tracks() const { return tracks_; }
  double BaselinePod(std::size_t pod) const;

 private:
  void Draw(Random& random, double& state, double& factor) const;

  const Noise& noise_;
  const Rates& rates_;
  double memory_ = 0;  // correlation of a slice with the one before
  bool begun_ = false;
  std::array<std::vector<double>, 2> states_;   // of slow noise: standard normal
  std::array<std::vector<double>, 2> factors_;  // of each track, or of each of its pods
  PerTrack tracks_{1, 1};
};

}  // namespace slogate::simulation
