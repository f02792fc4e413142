// The laws that move bad rates: drift, incidents, noise and pods that differ for good.
#pragma once

#include <vector>

#include "simulation/clumps.h"
#include "simulation/random.h"
#include "simulation/scenario.h"

namespace slogate::simulation {

// One run's rates, as multiples of an objective's own. Values; keeps a reference to the traffic.
class Rates {
 public:
  // Draws what holds for the whole run.
  Rates(const Traffic& traffic, Random& random);

  // What both arms share at this time; drift and incident.
  double Shared(core::Duration at) const;
  // One block's noise, where it does not depend on counts.
  PerArm NoiseOfBlock(Random& random) const;
  // Each baseline pod's factor; at least one.
  const std::vector<double>& BaselinePods() const { return baseline_pods_; }
  // The mean of each arm's pods.
  const PerArm& PodMeans() const { return pod_means_; }

 private:
  const Traffic& traffic_;
  double phase_;
  std::vector<double> baseline_pods_;
  PerArm pod_means_{1, 1};
};

}  // namespace slogate::simulation
