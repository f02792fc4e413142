#include "simulation/rates.h"

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

PerArm Rates::NoiseOfBlock(Random& random) const {
  const Noise& noise = traffic_.noise;
  if (!(noise.sd > 0)) return {1, 1};
  const double first = GammaFactor(random, noise.sd);
  return {first, noise.common ? first : GammaFactor(random, noise.sd)};
}

}  // namespace slogate::simulation
