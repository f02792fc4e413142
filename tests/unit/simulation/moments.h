// Mean and variance of samples, and how far they may be off.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace slogate::simulation {

// Five standard errors: a right sampler misses this once in two million seeds, and the seeds here
// are fixed.
inline constexpr double kErrors = 5;

struct Moments {
  explicit Moments(const std::vector<double>& samples)
      : count(static_cast<double>(samples.size())) {
    for (const double sample : samples) mean += sample / count;
    for (const double sample : samples) {
      const double off = sample - mean;
      variance += off * off / count;
      fourth += off * off * off * off / count;
    }
  }

  void ExpectMean(double expected) const {
    EXPECT_NEAR(mean, expected, kErrors * std::sqrt(variance / count) + 1e-9);
  }
  void ExpectVariance(double expected) const {
    const double spread = std::max(0.0, fourth - variance * variance);
    EXPECT_NEAR(variance, expected, kErrors * std::sqrt(spread / count) + 1e-12);
  }

  double count;
  double mean = 0;
  double variance = 0;
  double fourth = 0;  // central
};

}  // namespace slogate::simulation
