#include "simulation/laws.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace slogate::simulation {
namespace {

constexpr double kCircle = 2 * std::numbers::pi;

std::vector<double> PodFactors(Random& random, int pods, double sd) {
  std::vector<double> factors;
  // Less by half the variance: the mean over many pods is the objective's own rate.
  for (int i = 0; i < pods; ++i) factors.push_back(std::exp(sd * Normal(random) - sd * sd / 2));
  return factors;
}

double MeanOver(const std::vector<double>& factors) {
  return std::accumulate(factors.begin(), factors.end(), 0.0) / static_cast<double>(factors.size());
}

}  // namespace

Rates::Rates(const Traffic& traffic, Random& random) : traffic_(traffic), phase_(random.Uniform()) {
  const Pods& pods = traffic.pods;
  if (pods.canary < 1 || pods.count <= pods.canary) return;
  pods_[1] = PodFactors(random, pods.count - pods.canary, pods.sd);
  pods_[0] = PodFactors(random, pods.canary, pods.sd);
}

double Rates::Shared(core::Duration at) const {
  double factor = 1;
  if (traffic_.drift.amplitude > 0) {
    const double turns =
        static_cast<double>(at.count()) / static_cast<double>(traffic_.drift.period.count());
    factor += traffic_.drift.amplitude * std::sin(kCircle * (turns + phase_));
  }
  const auto& incident = traffic_.incident;
  if (incident && at >= incident->at && at < incident->at + incident->length) {
    factor *= incident->factor;
  }
  return factor;
}

NoiseModel::NoiseModel(const Noise& noise, const Rates& rates, core::Duration slice)
    : noise_(noise), rates_(rates) {
  if (noise.time_constant > core::Duration::zero()) {
    memory_ = std::exp(-static_cast<double>(slice.count()) /
                       static_cast<double>(noise.time_constant.count()));
  }
  for (std::size_t track = 0; track < 2; ++track) {
    const std::size_t parts = noise.per_pod ? rates.PodsOf(track).size() : 1;
    factors_[track].assign(parts, 1.0);
    states_[track].assign(parts, 0.0);
    tracks_[track] = MeanOver(rates.PodsOf(track));
  }
}

void NoiseModel::Draw(Random& random, double& state, double& factor) const {
  const double sd = noise_.sd;
  if (!(memory_ > 0)) {
    factor = GammaFactor(random, sd);
    return;
  }
  const double fresh = begun_ ? std::sqrt(1 - memory_ * memory_) : 1;
  state = memory_ * state + fresh * Normal(random);
  factor = std::exp(sd * state - sd * sd / 2);
}

void NoiseModel::Next(Random& random, bool block_begins) {
  if (!(noise_.sd > 0) || (!(memory_ > 0) && !block_begins)) return;
  for (std::size_t track = 0; track < 2; ++track) {
    if (track == 1 && noise_.common) {
      factors_[1] = factors_[0];
    } else {
      for (std::size_t i = 0; i < factors_[track].size(); ++i) {
        Draw(random, states_[track][i], factors_[track][i]);
      }
    }
    const std::vector<double>& pods = rates_.PodsOf(track);
    double sum = 0;
    for (std::size_t i = 0; i < pods.size(); ++i) {
      sum += pods[i] * factors_[track][noise_.per_pod ? i : 0];
    }
    tracks_[track] = sum / static_cast<double>(pods.size());
  }
  begun_ = true;
}

double NoiseModel::BaselinePod(std::size_t pod) const {
  return rates_.PodsOf(1)[pod] * factors_[1][noise_.per_pod ? pod : 0];
}

BrokenClientModel::BrokenClientModel(const BrokenClients& clients, core::Duration slice)
    : count_(clients.count),
      bad_per_slice_(clients.per_minute * static_cast<double>(slice.count()) / 60'000),
      slices_(std::max(1.0, static_cast<double>(clients.length / slice))) {
  for (auto& ring : ending_) ring.assign(static_cast<std::size_t>(slices_) + 1, 0);
}

void BrokenClientModel::Begin(Random& random, const PerTrack& share, double slices_left) {
  const std::size_t track = random.Chance(share[0]) ? 0 : 1;
  std::vector<int>& ring = ending_[track];
  broken_[track] += 1;
  ring[(now_ + static_cast<std::size_t>(slices_left)) % ring.size()] += 1;
}

PerTrack BrokenClientModel::Next(Random& random, const PerTrack& share) {
  const std::int64_t older = begun_ ? 0 : Poisson(random, count_);
  for (std::int64_t i = 0; i < older; ++i) Begin(random, share, random.Uniform() * slices_);
  begun_ = true;
  for (std::int64_t i = Poisson(random, count_ / slices_); i > 0; --i) {
    Begin(random, share, slices_);
  }
  PerTrack bad{};
  for (std::size_t track = 0; track < 2; ++track) {
    bad[track] = static_cast<double>(Poisson(random, broken_[track] * bad_per_slice_));
  }
  now_ = (now_ + 1) % ending_[0].size();
  for (std::size_t track = 0; track < 2; ++track) {
    broken_[track] -= std::exchange(ending_[track][now_], 0);
  }
  return bad;
}

BurstModel::BurstModel(const Traffic& traffic, core::Duration slice)
    : bursts_(traffic.bursts),
      loops_(traffic.loops),
      slice_ms_(static_cast<double>(slice.count())) {
  core::Duration longest = bursts_.spread;
  if (loops_) longest = std::max(longest, loops_->spread);
  for (auto& ring : coming_) {
    ring.assign(static_cast<std::size_t>(longest / slice) + 2, 0.0);
  }
}

void BurstModel::Spread(Random& random, std::size_t track, std::int64_t events,
                        core::Duration spread) {
  std::vector<double>& ring = coming_[track];
  if (spread <= core::Duration::zero()) {
    ring[now_] += static_cast<double>(events);
    return;
  }
  const double begin = random.Uniform() * slice_ms_;
  for (std::int64_t i = 0; i < events; ++i) {
    const double at = begin + random.Uniform() * static_cast<double>(spread.count());
    ring[(now_ + static_cast<std::size_t>(at / slice_ms_)) % ring.size()] += 1;
  }
}

PerTrack BurstModel::Next(Random& random, const PerTrack& bad_expected, const PerTrack& share) {
  const std::size_t before = begun_ ? 0 : coming_[0].size() - 2;
  for (std::size_t i = 0; i < before; ++i) Advance(random, bad_expected, share);
  begun_ = true;
  return Advance(random, bad_expected, share);
}

PerTrack BurstModel::Advance(Random& random, const PerTrack& bad_expected, const PerTrack& share) {
  for (std::size_t track = 0; track < 2 && Bursty(); ++track) {
    const std::int64_t bursts = Poisson(random, bad_expected[track] / bursts_.mean);
    for (std::int64_t i = 0; i < bursts; ++i) {
      Spread(random, track, Geometric(random, bursts_.mean), bursts_.spread);
    }
  }
  if (loops_) {
    const std::int64_t loops =
        Poisson(random, slice_ms_ / static_cast<double>(loops_->every.count()));
    for (std::int64_t i = 0; i < loops; ++i) {
      Spread(random, random.Chance(share[0]) ? 0 : 1, loops_->size, loops_->spread);
    }
  }
  PerTrack bad{};
  for (std::size_t track = 0; track < 2; ++track) {
    bad[track] = coming_[track][now_];
    coming_[track][now_] = 0;
  }
  now_ = (now_ + 1) % coming_[0].size();
  return bad;
}

}  // namespace slogate::simulation
