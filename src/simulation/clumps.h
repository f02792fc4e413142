// Bad events that do not come alone: bursts, and clients that retry.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "simulation/random.h"
#include "simulation/scenario.h"

namespace slogate::simulation {

// Events of both arms, canary first.
using PerArm = std::array<double, 2>;

// Bad events that begin in one block and may fall into later ones. One thread at a time.
class Clumps {
 public:
  Clumps(const Traffic& traffic, core::Duration block_length);

  // Whether the usual bad events come in bursts; if not they are the caller's to draw.
  bool Bursty() const { return bursts_.mean > 1; }

  // Bad events of the next block, in which each arm is to have `bad_expected` of the usual ones and
  // `share` of the exposure: bursts, if there are any, and loops.
  PerArm Next(Random& random, const PerArm& bad_expected, const PerArm& share);

 private:
  void Spread(Random& random, std::size_t arm, std::int64_t events, core::Duration spread);

  Bursts bursts_;
  std::optional<Loops> loops_;
  double block_ms_;
  std::size_t now_ = 0;
  std::array<std::vector<double>, 2> coming_;  // rings: events of this block and of later ones
};

}  // namespace slogate::simulation
