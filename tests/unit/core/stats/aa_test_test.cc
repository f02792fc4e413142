#include "slogate/core/aa_test.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

namespace slogate::core {
namespace {

using AaTest = Calibration::AaTest;

constexpr double kAlpha = 0.01;
constexpr double kLogThreshold = 4.605170185988091;

ComparatorParameters Independent() {
  ComparatorParameters parameters;
  parameters.dispersion = {.phi_block = 1, .phi_max = 1, .kappa = 1, .measured = true};
  return parameters;
}

// `pods` pods, the first of them `factor` times as bad.
ObjectiveHistory Day(std::size_t blocks, int pods, double factor) {
  std::mt19937_64 random(3);
  ObjectiveHistory history;
  history.blocks.resize(blocks);
  for (int pod = 0; pod < pods; ++pod) {
    std::poisson_distribution<int> bad(pod == 0 ? 2 * factor : 2);
    PodHistory& one = history.pods.emplace_back();
    for (Counts& block : history.blocks) {
      one.blocks.push_back({400, 1.0 * bad(random)});
      block.total += 400;
      block.bad += one.blocks.back().bad;
    }
  }
  return history;
}

TEST(AaTestTest, IsQuietOnPodsThatAreAlike) {
  const AaTestResult result = CheckAgainstItself(Day(1000, 10, 1), Independent(), 0.1, kAlpha);
  EXPECT_EQ(result.outcome, AaTest::kQuiet);
  EXPECT_FALSE(result.first_firing_block);
  EXPECT_LT(result.log_evidence, kLogThreshold);
}

TEST(AaTestTest, FiresOnAPodThatDiffersForGood) {
  const AaTestResult result = CheckAgainstItself(Day(1000, 10, 3), Independent(), 0.1, kAlpha);
  EXPECT_EQ(result.outcome, AaTest::kFired);
  ASSERT_TRUE(result.first_firing_block);
  EXPECT_LT(*result.first_firing_block, 100U);
  EXPECT_GE(result.log_evidence, kLogThreshold);
}

TEST(AaTestTest, AMarginThatAllowsForPodsKeepsItQuiet) {
  ComparatorParameters wide = Independent();
  wide.r0 = 4;
  EXPECT_EQ(CheckAgainstItself(Day(1000, 10, 3), wide, 0.1, kAlpha).outcome, AaTest::kQuiet);
}

TEST(AaTestTest, WithoutPodsTheWholeIsComparedWithItselfInTime) {
  ObjectiveHistory history = Day(1000, 1, 1);
  history.pods.clear();
  EXPECT_EQ(CheckAgainstItself(history, Independent(), 0.1, kAlpha).outcome, AaTest::kQuiet);
  // One block in ten is bad: bursts that a gate for independent requests takes for a bad canary.
  for (std::size_t i = 0; i < history.blocks.size(); i += 10) history.blocks[i].bad = 40;
  EXPECT_EQ(CheckAgainstItself(history, Independent(), 0.1, kAlpha).outcome, AaTest::kFired);
}

TEST(AaTestTest, IsNotDoneOnTooLittleHistory) {
  EXPECT_EQ(CheckAgainstItself({}, Independent(), 0.1, kAlpha).outcome, AaTest::kNotDone);
  EXPECT_EQ(CheckAgainstItself(Day(119, 10, 3), Independent(), 0.1, kAlpha).outcome,
            AaTest::kNotDone);
}

}  // namespace
}  // namespace slogate::core
