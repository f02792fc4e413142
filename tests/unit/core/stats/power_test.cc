#include "slogate/core/power.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <random>
#include <vector>

namespace slogate::core {
namespace {

const double kLogRollback = std::log(100.0);
const double kLogPromote = std::log(20.0);

ComparatorParameters Independent() {
  ComparatorParameters parameters;
  parameters.dispersion = {.phi_block = 1, .phi_max = 1, .kappa = 1, .measured = true};
  return parameters;
}

// 15-second blocks of 100 requests a second.
ConstantTraffic Hundred(double weight, double rate, double factor) {
  return {.canary_events = 1500 * weight,
          .baseline_events = 1500 * (1 - weight),
          .canary_rate = rate * factor,
          .baseline_rate = rate};
}

class Stream {
 public:
  explicit Stream(const ConstantTraffic& traffic) : traffic_(traffic) {}

  PairedCounts Next() {
    PairedCounts block;
    block.canary = Draw(traffic_.canary_events, traffic_.canary_rate);
    block.baseline = Draw(traffic_.baseline_events, traffic_.baseline_rate);
    return block;
  }

 private:
  Counts Draw(double events, double rate) {
    Counts counts;
    counts.total = events;
    counts.bad = std::min(events, 1.0 * std::poisson_distribution<int>(events * rate)(random_));
    return counts;
  }

  ConstantTraffic traffic_;
  std::mt19937_64 random_{7};
};

TEST(PowerTest, GrowthPerBadEventIsTheMeanOfTheLikelihoodRatio) {
  // ln 2 - 5.5 ln 1.1
  EXPECT_NEAR(GrowthPerBadEvent(2, 1.0 / 9, 1, 1), 0.1689411, 1e-7);
  for (const double R : {1.25, 2.0, 5.0}) {
    for (const double w : {1.0 / 99, 1.0 / 9, 1.0}) {
      PairedCounts mean;
      mean.baseline.total = 10'000;
      mean.baseline.bad = 50;
      mean.canary.total = 10'000 * w;
      mean.canary.bad = 50 * w * R;
      EXPECT_NEAR(GrowthPerBadEvent(R, w, 1, 1), LogRatio(mean, 1, R) / mean.canary.bad, 1e-12);
      EXPECT_NEAR(GrowthPerBadEvent(R, w, 1, 3), GrowthPerBadEvent(R, w, 1, 1) / 3, 1e-12);
    }
  }
}

TEST(PowerTest, NoFaultNoGrowth) {
  EXPECT_EQ(GrowthPerBadEvent(1, 0.1, 1, 1), 0);
  EXPECT_EQ(GrowthPerBadEvent(1.2, 0.1, 1.3, 1), 0);
  EXPECT_EQ(GrowthPerBadEvent(2, 0, 1, 1), 0);
}

// Wald: ln(1/alpha)/k bad events of the canary on average, and an overshoot of less than a block.
TEST(PowerTest, ALikelihoodRatioNeedsAsManyBadEventsAsWaldSays) {
  for (const double R : {1.5, 2.0, 3.0}) {
    const ConstantTraffic traffic = Hundred(0.1, 0.005, R);
    Stream stream(traffic);
    double bad = 0;
    const int runs = 400;
    for (int run = 0; run < runs; ++run) {
      for (double log_e = 0; log_e < kLogRollback;) {
        const PairedCounts block = stream.Next();
        log_e += LogRatio(block, 1, R);
        bad += block.canary.bad;
      }
    }
    const double wald =
        kLogRollback / GrowthPerBadEvent(R, traffic.canary_events / traffic.baseline_events, 1, 1);
    EXPECT_GT(bad / runs, wald * 0.93) << R;
    EXPECT_LT(bad / runs, wald * 1.3) << R;
  }
}

struct Case {
  double weight;
  double rate;
  double factor;
  double target;

  friend std::ostream& operator<<(std::ostream& out, const Case& one) {
    return out << one.weight << " of the traffic, " << one.rate << " bad, x" << one.factor;
  }
};

class PowerSimulationTest : public ::testing::TestWithParam<Case> {
 protected:
  PowerSimulationTest() {
    parameters_.delta = 0.05 * (1 - GetParam().target);
    parameters_.tau = 1 - GetParam().target;
  }

  // Median number of blocks, of 201 rollouts through the real comparator.
  double Simulated() const {
    Stream stream(traffic_);
    std::vector<double> blocks;
    for (int run = 0; run < 201; ++run) {
      EvidenceState state;
      double block = 0;
      bool reached = false;
      while (!reached && block < 2000) {
        const double start = StartWeight(std::lround(block), 240, 1, false);
        Absorb(state, parameters_, stream.Next(), start);
        block += 1;
        const LogEvidence log_e = Evaluate(state);
        reached =
            GetParam().factor > 1 ? log_e.rollback >= kLogRollback : log_e.promotion >= kLogPromote;
      }
      blocks.push_back(block);
    }
    std::nth_element(blocks.begin(), blocks.begin() + 100, blocks.end());
    return blocks[100];
  }

  double Foretold() const {
    const BlockGrowth growth = ExpectedGrowth(parameters_, traffic_);
    const auto blocks = GetParam().factor > 1 ? BlocksToRollback(growth, 0.8, kLogRollback)
                                              : BlocksToPromotion(growth, kLogPromote);
    return std::ceil(blocks.value_or(0));
  }

  ComparatorParameters parameters_ = Independent();
  ConstantTraffic traffic_ = Hundred(GetParam().weight, GetParam().rate, GetParam().factor);
};

// Noise helps evidence to a threshold, so the mean path is late rather than early: by up to 45 % or
// one block, and a fifth at most the other way. (Faults near the smallest alternative are
// worse: x1.25 takes half as long as its mean path, which is why a plan draws rollouts.)
TEST_P(PowerSimulationTest, TheMeanPathIsCloseToTheMedian) {
  const double simulated = Simulated();
  EXPECT_GE(Foretold(), 0.8 * simulated - 1);
  EXPECT_LE(Foretold(), 1.45 * simulated + 1);
}

INSTANTIATE_TEST_SUITE_P(Rates, PowerSimulationTest,
                         ::testing::Values(Case{0.1, 0.005, 1, 0.99}, Case{0.5, 0.005, 1, 0.995},
                                           Case{0.1, 0.005, 1.5, 0.99}, Case{0.1, 0.005, 2, 0.99},
                                           Case{0.1, 0.005, 3, 0.99}, Case{0.1, 0.005, 5, 0.99},
                                           Case{0.25, 0.0005, 5, 0.99}, Case{0.05, 0.05, 2, 0.9},
                                           Case{0.5, 0.05, 3, 0.9}));

TEST(PowerTest, ACanaryWithinThePracticalMarginIsNeverShownWorse) {
  const ComparatorParameters parameters = Independent();  // delta .0005
  const ConstantTraffic far_inside = Hundred(0.1, 0.0001, 2);
  EXPECT_FALSE(CanBeProvenWorse(parameters, far_inside));
  EXPECT_FALSE(
      BlocksToRollback(ExpectedGrowth(parameters, far_inside), 0.8, kLogRollback).has_value());
  EXPECT_TRUE(CanBeProvenWorse(parameters, Hundred(0.1, 0.0001, 10)));
}

TEST(PowerTest, WithoutTrafficNothingIsEverShown) {
  const BlockGrowth growth = ExpectedGrowth(Independent(), ConstantTraffic{});
  EXPECT_FALSE(BlocksToRollback(growth, 0.8, kLogRollback).has_value());
  EXPECT_FALSE(BlocksToPromotion(growth, kLogPromote).has_value());
}

TEST(PowerTest, MoreWeightMeansSooner) {
  double last = 1e9;
  for (const double weight : {0.01, 0.05, 0.1, 0.25}) {
    const auto blocks = BlocksToRollback(ExpectedGrowth(Independent(), Hundred(weight, 0.005, 2)),
                                         0.8, kLogRollback);
    ASSERT_TRUE(blocks.has_value());
    EXPECT_LT(*blocks, last);
    last = *blocks;
  }
}

TEST(PowerTest, BurstsSlowTheShareBet) {
  ComparatorParameters parameters = Independent();
  ConstantTraffic traffic = Hundred(0.1, 0.005, 3);
  const auto alone = BlocksToRollback(ExpectedGrowth(parameters, traffic), 0.8, kLogRollback);
  traffic.burst = 5;
  const auto bursts = BlocksToRollback(ExpectedGrowth(parameters, traffic), 0.8, kLogRollback);
  ASSERT_TRUE(alone && bursts);
  EXPECT_GT(*bursts, 1.3 * *alone);
}

}  // namespace
}  // namespace slogate::core
