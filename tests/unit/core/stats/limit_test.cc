#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "core/stats/increments.h"
#include "slogate/core/comparator.h"

namespace slogate::core {
namespace {

ComparatorParameters WithLimit(double limit, double phi = 1) {
  ComparatorParameters parameters;
  parameters.limit = limit;
  // 1.25 phi_max tempers, as in the test of practical significance.
  parameters.dispersion = {.phi_block = 1, .phi_max = phi / 1.25, .kappa = 1, .measured = true};
  return parameters;
}

TEST(LimitTest, OneBlock) {
  // Alternatives 1.25 to 6 times the limit: x ln(th/L) + (n - x) (ln(1 - th) - ln(1 - L)).
  constexpr std::array kExpected = {3.7786991593671493, 6.818357397886817, 8.899151499757854,
                                    9.760254047002242,  9.063128046862097, 6.364173966749689,
                                    1.07505184081311,   -7.59669451280665};
  const auto increments = stats::BeyondIncrements({600, 30}, 0.02, 1);
  const auto halved = stats::BeyondIncrements({600, 30}, 0.02, 2);
  for (std::size_t j = 0; j < kRollbackGrid; ++j) {
    EXPECT_NEAR(increments[j], kExpected[j], 1e-9);
    EXPECT_NEAR(halved[j], kExpected[j] / 2, 1e-9);
  }
}

TEST(LimitTest, SixBlocks) {
  constexpr std::array kBad = {6, 7, 5, 8, 9, 12};
  constexpr std::array kTotal = {600, 590, 610, 600, 1200, 1200};
  constexpr std::array kLogE = {0.40591445752028654, 1.9744661306311238, 2.1771911627665026,
                                4.627953453474571,   4.649344071517727,  6.830050470320398};
  EvidenceState state;
  for (std::size_t k = 0; k < kBad.size(); ++k) {
    const PairedCounts block{{1.0 * kTotal[k], 1.0 * kBad[k]}, {5400, 27}};
    Absorb(state, WithLimit(0.005), block, StartWeight(static_cast<long>(k), 60, 1, false));
    EXPECT_NEAR(Evaluate(state).limit, kLogE[k], 1e-9);
  }
}

TEST(LimitTest, TheBaselineHasNoPart) {
  EvidenceState with_incident;
  EvidenceState alone;
  Absorb(with_incident, WithLimit(0.01), {{600, 60}, {5400, 540}}, 0.8);
  Absorb(alone, WithLimit(0.01), {{600, 60}, {0, 0}}, 0.8);
  EXPECT_EQ(with_incident.limit, alone.limit);
  EXPECT_GT(Evaluate(with_incident).limit, std::log(100.0));
  EXPECT_LT(Evaluate(with_incident).rollback, 0.1);
}

TEST(LimitTest, WithoutOneThereIsNoEvidence) {
  EvidenceState state;
  Absorb(state, ComparatorParameters{}, {{600, 600}, {5400, 27}}, 0.8);
  EXPECT_EQ(state.limit, EvidenceState().limit);
  EXPECT_EQ(Evaluate(state).limit, 0);
}

TEST(LimitTest, WhatIsNoRateAddsNothing) {
  for (const double limit : {0.0, -1.0, 1.0, 2.0}) {
    EXPECT_EQ(stats::BeyondIncrements({600, 30}, limit, 1), stats::RollbackIncrements{});
  }
  EXPECT_EQ(stats::BeyondIncrements({0, 0}, 0.1, 1), stats::RollbackIncrements{});
  for (const double increment : stats::BeyondIncrements({600, 600}, 0.9, 1)) {
    EXPECT_TRUE(std::isfinite(increment));
  }
}

// The promise without approximation: at the limit, and below, no alternative grows in expectation.
TEST(LimitTest, NeverGrowsWithinTheLimit) {
  constexpr int kEvents = 60;
  for (const double limit : {0.001, 0.02, 0.3, 0.9}) {
    for (const double share : {0.0, 0.5, 1.0}) {
      const double rate = share * limit;
      std::array<double, kRollbackGrid> expected{};
      for (int x = 0; x <= kEvents; ++x) {
        const double log_choose =
            std::lgamma(kEvents + 1) - std::lgamma(x + 1) - std::lgamma(kEvents - x + 1);
        const double chance =
            std::exp(log_choose) * std::pow(rate, x) * std::pow(1 - rate, kEvents - x);
        const auto increments = stats::BeyondIncrements({kEvents, 1.0 * x}, limit, 1);
        for (std::size_t j = 0; j < kRollbackGrid; ++j) {
          expected[j] += chance * std::exp(increments[j]);
        }
      }
      for (const double one : expected) EXPECT_LE(one, 1 + 1e-10) << limit << " " << share;
    }
  }
}

// Ville: in how many of 2,000 hours at the limit it ever reaches 100. Expected: at most 1 %.
TEST(LimitTest, SeldomFiresAtTheLimit) {
  std::mt19937_64 random(3);
  std::binomial_distribution<int> bad(150, 0.02);
  int fired = 0;
  for (int run = 0; run < 2000; ++run) {
    EvidenceState state;
    for (long k = 0; k < 240; ++k) {
      Absorb(state, WithLimit(0.02), {{150, 1.0 * bad(random)}, {1350, 7}},
             StartWeight(k, 240, 1, false));
      if (Evaluate(state).limit < std::log(100.0)) continue;
      ++fired;
      break;
    }
  }
  EXPECT_LE(fired, 20);
}

TEST(LimitTest, ParametersComeFromTheObjective) {
  Objective objective;
  objective.target = 0.995;
  EXPECT_EQ(ParametersOf(objective, Dispersion{}).limit, 0);
  objective.limit = 4;
  EXPECT_NEAR(ParametersOf(objective, Dispersion{}).limit, 0.02, 1e-12);
}

}  // namespace
}  // namespace slogate::core
