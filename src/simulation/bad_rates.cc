#include "simulation/bad_rates.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

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

Rates::Rates(const Traffic& traffic, Random& random)
    : traffic_(traffic), phase_(random.Uniform()), baseline_pods_{1.0} {
  const Pods& pods = traffic.pods;
  if (!(pods.sd > 0) || pods.canary < 1 || pods.count <= pods.canary) return;
  baseline_pods_ = PodFactors(random, pods.count - pods.canary, pods.sd);
  pod_means_ = {MeanOver(PodFactors(random, pods.canary, pods.sd)), MeanOver(baseline_pods_)};
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

PerTrack Rates::NoiseOfBlock(Random& random) const {
  const Noise& noise = traffic_.noise;
  if (!(noise.sd > 0)) return {1, 1};
  const double first = GammaFactor(random, noise.sd);
  return {first, noise.common ? first : GammaFactor(random, noise.sd)};
}

BurstModel::BurstModel(const Traffic& traffic, core::Duration block_length)
    : bursts_(traffic.bursts),
      loops_(traffic.loops),
      block_ms_(static_cast<double>(block_length.count())) {
  core::Duration longest = bursts_.spread;
  if (loops_) longest = std::max(longest, loops_->spread);
  for (auto& ring : coming_) {
    ring.assign(static_cast<std::size_t>(longest / block_length) + 2, 0.0);
  }
}

void BurstModel::Spread(Random& random, std::size_t track, std::int64_t events,
                        core::Duration spread) {
  std::vector<double>& ring = coming_[track];
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

PerTrack BurstModel::Next(Random& random, const PerTrack& bad_expected, const PerTrack& share) {
  for (std::size_t track = 0; track < 2 && Bursty(); ++track) {
    const std::int64_t bursts = Poisson(random, bad_expected[track] / bursts_.mean);
    for (std::int64_t i = 0; i < bursts; ++i) {
      Spread(random, track, Geometric(random, bursts_.mean), bursts_.spread);
    }
  }
  if (loops_) {
    const std::int64_t loops =
        Poisson(random, block_ms_ / static_cast<double>(loops_->every.count()));
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
