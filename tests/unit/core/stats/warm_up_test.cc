#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <random>
#include <string>

#include "slogate/core/comparator.h"
#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kFourHours = 240;
const double kEnough = std::log(100.0);

PairedCounts Block(double canary_rate, double baseline_rate = 0.005) {
  return {{600, 600 * canary_rate}, {5400, 5400 * baseline_rate}};
}

ComparatorParameters Independent() {
  ComparatorParameters parameters;
  parameters.dispersion = {.phi_block = 1, .phi_max = 1, .kappa = 1, .measured = true};
  return parameters;
}

double AfterWarmUp(double canary_rate, int blocks) {
  EvidenceState state;
  for (int i = 0; i < blocks; ++i) {
    AbsorbWarmUp(state, Independent(), {.whole = Block(canary_rate)}, i == 0 ? 1 : 0);
  }
  return Evaluate(state).rollback;
}

TEST(WarmUpTest, FiveTimesTheErrorsAreExpectedAndAnOutageIsNot) {
  EXPECT_LT(AfterWarmUp(0.005, 5), 0);
  EXPECT_LT(AfterWarmUp(0.025, 5), 0.1);
  EXPECT_GT(AfterWarmUp(0.2, 5), kEnough);
  EXPECT_GT(AfterWarmUp(1, 5), kEnough);
}

// The tracks may do badly together.
TEST(WarmUpTest, AnIncidentOfBothIsNoOutageOfTheCanary) {
  EvidenceState state;
  for (int i = 0; i < 5; ++i) {
    AbsorbWarmUp(state, Independent(), {.whole = Block(0.6, 0.5)}, i == 0 ? 1 : 0);
  }
  EXPECT_LT(Evaluate(state).rollback, 0);
}

TEST(WarmUpTest, OnlyItsOwnEvidenceAndTheSumsChange) {
  EvidenceState state;
  AbsorbWarmUp(state, Independent(), {.whole = Block(0.2)}, 1);
  EvidenceState expected;
  expected.warm_up = state.warm_up;
  expected.rollout = Block(0.2);
  expected.step = Block(0.2);
  expected.newest = {6000, 147};
  EXPECT_EQ(state, expected);
}

// Four tenths of the capital are the warm-up's, whether it lost them or not.
TEST(WarmUpTest, CostsTheRestOfTheRolloutNoMoreThanItsShare) {
  EvidenceState with;
  EvidenceState without;
  for (int i = 0; i < 3; ++i) {
    AbsorbWarmUp(with, Independent(), {.whole = Block(0.005)}, i == 0 ? 1 : 0);
  }
  without.newest = with.newest;
  for (int i = 0; i < 3; ++i) {
    const double start = StartWeight(i, 60, 1, false);
    Absorb(with, Independent(), Block(0.02), start);
    Absorb(without, Independent(), Block(0.02), start);
    const double cost = Evaluate(without).rollback - Evaluate(with).rollback;
    EXPECT_GT(cost, 0.4);
    EXPECT_LE(cost, -std::log(1 - kWarmUpShare));
  }
}

TEST(WarmUpTest, StartsAreNoMoreThanAll) {
  EXPECT_DOUBLE_EQ(WarmUpStartWeight(1, false), 1);
  for (const int steps : {2, 3, 16}) {
    double sum = WarmUpStartWeight(steps, false);
    for (int step = 1; step < steps; ++step) sum += WarmUpStartWeight(steps, true);
    EXPECT_DOUBLE_EQ(sum, 1) << steps;
  }
}

// Four old pods, and `births` new ones with 20 requests a second each that do `factor` times worse
// for so many minutes.
ObjectiveHistory WithBirths(int births, double factor, std::size_t minutes) {
  std::mt19937_64 random(11);
  ObjectiveHistory history;
  history.blocks.resize(kFourHours);
  for (int pod = 0; pod < 4 + births; ++pod) {
    PodHistory& one = history.pods.emplace_back();
    one.pod = "shop-" + std::to_string(pod);
    const std::size_t born = pod < 4 ? 0 : 30 + 40 * static_cast<std::size_t>(pod - 4);
    for (std::size_t i = 0; i < kFourHours; ++i) {
      Counts counts;
      if (i >= born) {
        const bool warms_up = pod >= 4 && i < born + minutes;
        std::poisson_distribution<int> bad(1200 * 0.005 * (warms_up ? factor : 1));
        counts = {1200, static_cast<double>(bad(random))};
      }
      one.blocks.push_back(counts);
      history.blocks[i].total += counts.total;
      history.blocks[i].bad += counts.bad;
    }
  }
  return history;
}

TEST(MeasuredWarmUpTest, IsTheTimeInWhichNewPodsDoWorse) {
  EXPECT_EQ(MeasureWarmUp(WithBirths(3, 5, 2), 1, 60s), 2min);
  EXPECT_EQ(MeasureWarmUp(WithBirths(1, 5, 3), 1, 60s), 3min);
  EXPECT_EQ(MeasureWarmUp(WithBirths(3, 5, 5), 1, 60s), kLongestWarmUp);
}

TEST(MeasuredWarmUpTest, IsNoneWhereNothingShows) {
  EXPECT_EQ(MeasureWarmUp(WithBirths(0, 5, 2), 1, 60s), 0s);
  EXPECT_EQ(MeasureWarmUp(WithBirths(3, 1, 2), 1, 60s), 0s);
  ObjectiveHistory untold = WithBirths(3, 5, 2);
  untold.pods.clear();
  EXPECT_EQ(MeasureWarmUp(untold, 1, 60s), 0s);
  EXPECT_EQ(MeasureWarmUp({}, 1, 60s), 0s);
}

// What old pods have as well, now and then.
TEST(MeasuredWarmUpTest, ABurstIsNone) {
  ObjectiveHistory history = WithBirths(1, 1, 0);
  for (std::size_t pod = 0; pod < 5; ++pod) {
    for (std::size_t i = 30 + pod; i < kFourHours; i += pod == 4 ? kFourHours : 15) {
      history.pods[pod].blocks[i].bad += 60;
      history.blocks[i].bad += 60;
    }
  }
  history.pods[4].blocks[30].bad += 60;
  history.blocks[30].bad += 60;
  EXPECT_EQ(MeasureWarmUp(history, 1, 60s), 0s);
}

// All pods of a release began together, and there is no older one to compare with.
TEST(MeasuredWarmUpTest, NeedsOlderPods) {
  ObjectiveHistory history = WithBirths(3, 5, 2);
  history.pods.erase(history.pods.begin(), history.pods.begin() + 4);
  history.pods.resize(1);
  EXPECT_EQ(MeasureWarmUp(history, 1, 60s), 0s);
}

TEST(MeasuredWarmUpTest, ABlockMayBeLongerThanAMinute) {
  EXPECT_EQ(MeasureWarmUp(WithBirths(3, 5, 2), 1, 10min), 0s);
}

}  // namespace
}  // namespace slogate::core
