#include "simulation/clumps.h"

#include <algorithm>
#include <cmath>

namespace slogate::simulation {

Clumps::Clumps(const Traffic& traffic, core::Duration block_length)
    : bursts_(traffic.bursts),
      loops_(traffic.loops),
      block_ms_(static_cast<double>(block_length.count())) {
  core::Duration longest = bursts_.spread;
  if (loops_) longest = std::max(longest, loops_->spread);
  for (auto& ring : coming_) {
    ring.assign(static_cast<std::size_t>(longest / block_length) + 2, 0.0);
  }
}

void Clumps::Spread(Random& random, std::size_t arm, std::int64_t events, core::Duration spread) {
  std::vector<double>& ring = coming_[arm];
  if (spread <= core::Duration::zero()) {
    ring[now_] += static_cast<double>(events);
    return;
  }
  const double begin = random.Uniform() * block_ms_;
  for (std::int64_t i = 0; i < events; ++i) {
    const double at = begin + random.Uniform() * static_cast<double>(spread.count());
    ring[(now_ + static_cast<std::size_t>(at / block_ms_)) % ring.size()] += 1;
  }
}

PerArm Clumps::Next(Random& random, const PerArm& bad_expected, const PerArm& share) {
  for (std::size_t arm = 0; arm < 2 && Bursty(); ++arm) {
    const std::int64_t bursts = Poisson(random, bad_expected[arm] / bursts_.mean);
    for (std::int64_t i = 0; i < bursts; ++i) {
      Spread(random, arm, Geometric(random, bursts_.mean), bursts_.spread);
    }
  }
  if (loops_) {
    const std::int64_t loops =
        Poisson(random, block_ms_ / static_cast<double>(loops_->every.count()));
    for (std::int64_t i = 0; i < loops; ++i) {
      Spread(random, random.Chance(share[0]) ? 0 : 1, loops_->size, loops_->spread);
    }
  }
  PerArm bad{};
  for (std::size_t arm = 0; arm < 2; ++arm) {
    bad[arm] = coming_[arm][now_];
    coming_[arm][now_] = 0;
  }
  now_ = (now_ + 1) % coming_[0].size();
  return bad;
}

}  // namespace slogate::simulation
