#include "slogate/core/dispersion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <random>
#include <vector>

#include "core/stats/dispersion_windows.h"

namespace slogate::core {
namespace {

using std::chrono::seconds;

std::vector<Counts> Repeat(const std::vector<Counts>& pattern, int times) {
  std::vector<Counts> blocks;
  for (int i = 0; i < times; ++i) blocks.insert(blocks.end(), pattern.begin(), pattern.end());
  return blocks;
}

// Bursts of a fixed size, their number per block Poisson.
std::vector<Counts> Bursts(int blocks, double per_block, int size) {
  std::mt19937_64 random(11);
  std::poisson_distribution<int> bursts(per_block);
  std::vector<Counts> history;
  for (int i = 0; i < blocks; ++i) history.push_back({10'000, double(size) * bursts(random)});
  return history;
}

TEST(AdjacentWindowDispersionTest, EqualWindowsSpreadLessThanChance) {
  EXPECT_EQ(AdjacentWindowDispersion(Repeat({{1000, 10}}, 50), 1), 1);
}

TEST(AdjacentWindowDispersionTest, IsTheMeanSquaredExcess) {
  // One pair: x 30 of m 40, rho .5: (30 - 20)^2 / (40 / 4) = 10.
  EXPECT_DOUBLE_EQ(AdjacentWindowDispersion({{1000, 30}, {1000, 10}}, 1), 10);
  // Unequal windows: rho .8, x 20 of m 40: (20 - 32)^2 / (40 x .16) = 22.5.
  EXPECT_DOUBLE_EQ(AdjacentWindowDispersion({{4000, 20}, {1000, 20}}, 1), 22.5);
}

TEST(AdjacentWindowDispersionTest, WindowsJoinBlocks) {
  EXPECT_DOUBLE_EQ(AdjacentWindowDispersion({{500, 10}, {500, 20}, {900, 10}, {100, 0}}, 2), 10);
}

TEST(WindowsTest, AreTheSumsOfTheirBlocksAtEveryLength) {
  std::vector<Counts> blocks;
  for (int i = 0; i < 37; ++i) blocks.push_back({100.0 + i * i % 11, static_cast<double>(i % 5)});
  for (std::size_t length = 1; length <= blocks.size(); ++length) {
    const std::vector<Counts> windows = stats::Windows(blocks, length);
    ASSERT_EQ(windows.size(), blocks.size() + 1 - length);
    for (std::size_t first = 0; first < windows.size(); ++first) {
      Counts sum;
      for (std::size_t i = first; i < first + length; ++i) {
        sum.total += blocks[i].total;
        sum.bad += blocks[i].bad;
      }
      ASSERT_EQ(windows[first], sum) << length << " from " << first;
    }
  }
  EXPECT_TRUE(stats::Windows(blocks, 0).empty());
  EXPECT_TRUE(stats::Windows(blocks, 38).empty());
}

TEST(AdjacentWindowDispersionTest, WindowsBeginAtEveryBlock) {
  // 30 against 10, and one block later 12 against 28: the mean of 10 and 6.4.
  const std::vector<Counts> blocks = {{500, 20}, {500, 10}, {500, 2}, {500, 8}, {500, 20}};
  EXPECT_DOUBLE_EQ(AdjacentWindowDispersion(blocks, 2), 8.2);
}

TEST(AdjacentWindowDispersionTest, NothingUsableIsOne) {
  EXPECT_EQ(AdjacentWindowDispersion({}, 1), 1);
  EXPECT_EQ(AdjacentWindowDispersion({{1000, 3}}, 1), 1);
  EXPECT_EQ(AdjacentWindowDispersion(Repeat({{1000, 0}}, 9), 1), 1);
  EXPECT_EQ(AdjacentWindowDispersion(Repeat({{1000, 9}, {0, 0}}, 9), 1), 1);
  EXPECT_EQ(AdjacentWindowDispersion(Repeat({{1000, 9}}, 9), 0), 1);
  EXPECT_EQ(AdjacentWindowDispersion(Repeat({{1000, 9}}, 9), 100), 1);
}

TEST(AdjacentWindowDispersionTest, GapsAreLeftOut) {
  // The only usable pair is the one before the gap.
  EXPECT_DOUBLE_EQ(AdjacentWindowDispersion({{1000, 30}, {1000, 10}, {0, 0}, {1000, 500}}, 1), 10);
}

TEST(AdjacentWindowDispersionTest, ImpossibleCountsAreGaps) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_DOUBLE_EQ(AdjacentWindowDispersion({{1000, 30}, {1000, 10}, {nan, 1}, {5, 9}, {-1, 0}}, 1),
                   10);
}

TEST(MeasureDispersionTest, TooLittleHistoryIsUnmeasured) {
  EXPECT_EQ(MeasureDispersion({}, seconds(15)), Dispersion{});
  EXPECT_EQ(MeasureDispersion(Repeat({{1000, 5}}, 16), seconds(15)), Dispersion{});
  EXPECT_EQ(MeasureDispersion(Repeat({{0, 0}}, 960), seconds(15)), Dispersion{});
  EXPECT_FALSE(Dispersion{}.measured);
  EXPECT_EQ(Dispersion{}.kappa, 2);
}

TEST(MeasureDispersionTest, IndependentErrorsAreNearOne) {
  const Dispersion dispersion = MeasureDispersion(Bursts(960, 7.5, 1), seconds(15));
  EXPECT_TRUE(dispersion.measured);
  EXPECT_NEAR(dispersion.phi_block, 1, 0.15);
  EXPECT_NEAR(dispersion.phi_max, 1, 0.4);
  EXPECT_GE(dispersion.kappa, 1);
  EXPECT_LT(dispersion.kappa, 2);
}

TEST(MeasureDispersionTest, BurstsShowTheirSize) {
  const Dispersion dispersion = MeasureDispersion(Bursts(960, 2, 8), seconds(15));
  EXPECT_NEAR(dispersion.phi_block, 8, 1.5);
  EXPECT_NEAR(dispersion.phi_max, 8, 2.5);
}

// A baseline that never failed is known to be quiet.
TEST(MeasureDispersionTest, EventsWithoutABadOneAreIndependent) {
  const Dispersion quiet = MeasureDispersion(Repeat({{1000, 0}}, 960), seconds(15));
  EXPECT_EQ(quiet, (Dispersion{.phi_block = 1, .phi_max = 1, .kappa = 1, .measured = true}));
  EXPECT_EQ(MeasureDispersion(Repeat({{1000, 0}}, 16), seconds(15)), Dispersion{});
}

// Of 16 pairs at least: one burst of ten in two of them, z^2 10 each, and 14 that count as 1.
TEST(MeasureDispersionTest, ASingleBurstIsWeighedWithPairsThatHadNone) {
  std::vector<Counts> history = Repeat({{1000, 0}}, 960);
  history[400].bad = 10;
  EXPECT_DOUBLE_EQ(MeasureDispersion(history, seconds(15)).phi_block, (2 * 10 + 14) / 16.0);
}

TEST(MeasureDispersionTest, SlowWavesRaiseKappa) {
  std::vector<Counts> history;
  for (int i = 0; i < 960; ++i) history.push_back({10'000, i / 16 % 2 == 0 ? 10.0 : 40.0});
  const Dispersion dispersion = MeasureDispersion(history, seconds(15));
  EXPECT_GT(dispersion.kappa, 10);
  EXPECT_GT(dispersion.phi_max, 10 * dispersion.phi_block);
  double growth = 0;
  for (const std::size_t window : {2U, 4U, 8U, 16U, 32U, 64U, 128U}) {
    // Far beyond noise, so that nothing is taken off for it.
    growth = std::max(growth, AdjacentWindowDispersion(history, window));
  }
  EXPECT_DOUBLE_EQ(dispersion.kappa, 1.1 * growth / AdjacentWindowDispersion(history, 1));
}

TEST(MeasureDispersionTest, WindowsAreAsLongAsHalfAnHourWhileSevenFit) {
  // Half hours at .1 % and .4 %, of blocks of a minute.
  std::vector<Counts> history;
  for (int i = 0; i < 240; ++i) history.push_back({10'000, i / 30 % 2 == 0 ? 10.0 : 40.0});
  const double half_hour = AdjacentWindowDispersion(history, 32);
  EXPECT_DOUBLE_EQ(MeasureDispersion(history, std::chrono::minutes(1)).phi_max, half_hour);
  history.resize(7 * 32 - 1);
  EXPECT_DOUBLE_EQ(MeasureDispersion(history, std::chrono::minutes(1)).phi_max,
                   AdjacentWindowDispersion(history, 16));
}

TEST(MeasureDispersionTest, ScrapesAreTheLengthOfABetWhereTheyAreKnown) {
  ObjectiveHistory history;
  history.scrapes = Repeat({{1000, 30}, {1000, 10}}, 480);
  history.blocks = Repeat({{4000, 80}}, 240);
  const Dispersion dispersion = MeasureDispersion(history, 1, std::chrono::minutes(1));
  EXPECT_EQ(dispersion, MeasureDispersion(history.scrapes, seconds(15)));
  EXPECT_DOUBLE_EQ(dispersion.phi_block, 10);
}

TEST(MeasureDispersionTest, WindowsFollowTheBlockLength) {
  // Four-minute windows of two-minute blocks: pairs of blocks. Neighbours differ, pairs do not.
  const std::vector<Counts> history = Repeat({{1000, 30}, {1000, 10}}, 20);
  const Dispersion slow = MeasureDispersion(history, std::chrono::minutes(2));
  EXPECT_DOUBLE_EQ(slow.phi_block, 10);
  EXPECT_DOUBLE_EQ(slow.phi_max, 10);
  // Of 15 s blocks every window of 1, 2 and 4 minutes holds whole pairs.
  EXPECT_DOUBLE_EQ(MeasureDispersion(Repeat({{1000, 30}, {1000, 10}}, 480), seconds(15)).phi_max,
                   1);
}

TEST(MeasureDispersionTest, WindowsLongerThanTheHistoryCountAsUnknown) {
  const Dispersion dispersion = MeasureDispersion(Repeat({{1000, 5}}, 20), seconds(15));
  EXPECT_TRUE(dispersion.measured);
  EXPECT_EQ(dispersion.phi_block, 1);
  EXPECT_EQ(dispersion.phi_max, Dispersion{}.phi_max);
  EXPECT_EQ(dispersion.kappa, Dispersion{}.kappa);
}

}  // namespace
}  // namespace slogate::core
