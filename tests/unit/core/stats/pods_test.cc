#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cmath>
#include <random>
#include <string>

#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kFourHours = 960;

// Four hours of 15-second blocks. `spread`: of ln(rate) between pods; `burst`: bad events come in
// groups of this size in one pod.
ObjectiveHistory Pods(int pods, double per_block, double rate, double spread, int burst = 1) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  ObjectiveHistory history;
  history.blocks.resize(kFourHours);
  for (int pod = 0; pod < pods; ++pod) {
    PodHistory& one = history.pods.emplace_back();
    one.pod = "shop-" + std::to_string(pod);
    const double own = rate * std::exp(pod % 2 == 0 ? spread : -spread);
    std::poisson_distribution<int> bad(per_block * own / burst);
    for (Counts& block : history.blocks) {
      const Counts counts{per_block, std::min(per_block, 1.0 * burst * bad(random))};
      one.blocks.push_back(counts);
      block.total += counts.total;
      block.bad += counts.bad;
    }
  }
  return history;
}

TEST(PodDispersionTest, IndependentRequestsHaveNone) {
  const Dispersion dispersion = MeasureDispersion(Pods(10, 300, 0.01, 0), 1, 15s);
  EXPECT_TRUE(dispersion.measured);
  EXPECT_LT(dispersion.phi_max, 1.15);
  EXPECT_LT(dispersion.kappa, 1.45);
}

TEST(PodDispersionTest, PodsThatDifferForGoodAreNoBursts) {
  EXPECT_LT(MeasureDispersion(Pods(10, 300, 0.01, 0.4), 2, 15s).phi_max, 1.2);
}

TEST(PodDispersionTest, BurstsInOnePodAreFoundThoughTheyAverageOutInTheWhole) {
  const Dispersion dispersion = MeasureDispersion(Pods(10, 300, 0.01, 0, 6), 1, 15s);
  EXPECT_GT(dispersion.phi_block, 4);
  EXPECT_LT(dispersion.phi_block, 9);
}

TEST(PodDispersionTest, OnePodIsMeasuredAsAWhole) {
  const ObjectiveHistory history = Pods(1, 300, 0.01, 0);
  EXPECT_EQ(MeasureDispersion(history, 1, 15s), MeasureDispersion(history.blocks, 15s));
}

// An incident that both have is none of the difference between them.
TEST(PodDispersionTest, TwoPodsAreTakenApart) {
  ObjectiveHistory history = Pods(2, 3000, 0.01, 0);
  for (std::size_t i = 400; i < 500; ++i) {
    for (PodHistory& pod : history.pods) {
      history.blocks[i].bad += 19 * pod.blocks[i].bad;
      pod.blocks[i].bad *= 20;
    }
  }
  EXPECT_GT(MeasureDispersion(history.blocks, 15s).phi_max, 10);
  EXPECT_LT(MeasureDispersion(history, 1, 15s).phi_max, 5);
}

// The whole is known although no window has both.
TEST(PodDispersionTest, APodThatWasReplacedIsNotTakenApart) {
  ObjectiveHistory history = Pods(1, 300, 0.01, 0);
  PodHistory& after = history.pods.emplace_back(history.pods[0]);
  PodHistory& before = history.pods[0];
  for (std::size_t i = 0; i < kFourHours; ++i) {
    (i < kFourHours / 2 ? after : before).blocks[i] = Counts{};
  }
  EXPECT_EQ(MeasureDispersion(history, 1, 15s), MeasureDispersion(history.blocks, 15s));
  EXPECT_EQ(PodSpread(history.pods, 1), 0);
}

TEST(PodDispersionTest, TheSameHistoryGivesTheSameAnswer) {
  const ObjectiveHistory history = Pods(8, 300, 0.01, 0.2);
  EXPECT_EQ(MeasureDispersion(history, 2, 15s), MeasureDispersion(history, 2, 15s));
}

TEST(PodSpreadTest, IsTheStandardDeviationOfTheLogarithmWithoutNoise) {
  EXPECT_NEAR(PodSpread(Pods(20, 750, 0.005, 0.3).pods, 1), 0.3, 0.02);
  EXPECT_LT(PodSpread(Pods(20, 750, 0.005, 0).pods, 1), 0.03);
}

TEST(PodSpreadTest, IsNothingForOnePod) { EXPECT_EQ(PodSpread(Pods(1, 750, 0.005, 1).pods, 1), 0); }

// Two values that are 2 x .3 apart have a standard deviation of .3 sqrt(2).
TEST(PodSpreadTest, IsMeasuredOfTwo) {
  EXPECT_NEAR(PodSpread(Pods(2, 750, 0.005, 0.3).pods, 1), 0.3 * std::sqrt(2), 0.03);
}

// Of 500 pairs of pods and a canary pod, all drawn alike; one baseline pod more would be better.
TEST(PodMarginTest, FewPodsOfACanaryAreBeyondTheMargin) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> unlike(0, 0.3);
  int beyond = 0;
  for (int i = 0; i < 500; ++i) {
    const std::array<double, 3> pods = {unlike(random), unlike(random), unlike(random)};
    const double spread = std::abs(pods[0] - pods[1]) / std::sqrt(2);
    const double ratio = std::exp(pods[2] - (pods[0] + pods[1]) / 2);
    if (ratio > MarginOfPods(spread, 1, 2).worse) ++beyond;
  }
  EXPECT_LE(beyond, 25);  // 3 % of them, and chance
}

TEST(PodMarginTest, FollowsThePublishedFormula) {
  const PodMargin margin = MarginOfPods(0.3, 2, 18);
  const double error = 0.3 * std::sqrt(1.0 / 2 + 1.0 / 18);
  EXPECT_NEAR(margin.worse, std::exp(2.0150 * error), 1e-3);  // t of 17 degrees at 97 %
  EXPECT_NEAR(margin.no_worse, std::exp(1.645 * error), 1e-12);
}

TEST(PodMarginTest, IsNeverSoWideThatAnythingPasses) {
  EXPECT_EQ(MarginOfPods(3, 1, 4).worse, 4);
  EXPECT_EQ(MarginOfPods(3, 1, 4).no_worse, 4);
}

TEST(PodMarginTest, IsNoneWithoutSpread) {
  EXPECT_EQ(MarginOfPods(0, 2, 18).worse, 1);
  EXPECT_EQ(MarginOfPods(0.3, 0, 18).worse, 1);
}

// Tables of Student's t at 97 %, one-sided.
TEST(StudentQuantileTest, AgreesWithTables) {
  EXPECT_NEAR(StudentQuantile(1), 10.579, 0.001);
  EXPECT_NEAR(StudentQuantile(2), 3.896, 0.001);
  EXPECT_NEAR(StudentQuantile(3), 2.951, 0.01);
  EXPECT_NEAR(StudentQuantile(5), 2.422, 0.003);
  EXPECT_NEAR(StudentQuantile(19), 2.000, 0.001);
  EXPECT_NEAR(StudentQuantile(1000), 1.883, 0.001);
}

}  // namespace
}  // namespace slogate::core
