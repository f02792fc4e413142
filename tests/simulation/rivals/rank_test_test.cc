#include "simulation/rivals/rank_test.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "simulation/rivals/normal.h"

namespace slogate::simulation {
namespace {

using Values = std::vector<double>;

TEST(NormalQuantileTest, IsThatOfTheTables) {
  EXPECT_NEAR(NormalQuantile(.5), 0, 1e-12);
  EXPECT_NEAR(NormalQuantile(.99), 2.3263478740408408, 1e-12);
  EXPECT_NEAR(NormalQuantile(.025), -1.9599639845400545, 1e-12);
}

// The judge's own example: its estimate is 22.5.
TEST(EstimatedShiftTest, IsTheMedianOfTheDifferences) {
  EXPECT_DOUBLE_EQ(EstimatedShift(Values{10, 20, 30, 40}, Values{1, 2, 3, 4}), 22.5);
  EXPECT_DOUBLE_EQ(EstimatedShift(Values{1, 5, 9}, Values{1}), 4);
  EXPECT_DOUBLE_EQ(EstimatedShift(Values{2}, Values{2}), 0);
}

TEST(RankScoreTest, CountsPairsInTheRightOrder) {
  // All 16 pairs in order: (16 - 8 - .5) / sqrt(16 / 12 x 9).
  EXPECT_NEAR(RankScore(Values{10, 20, 30, 40}, Values{1, 2, 3, 4}, 0), 7.5 / std::sqrt(12), 1e-12);
  EXPECT_NEAR(RankScore(Values{1, 2, 3, 4}, Values{10, 20, 30, 40}, 0), -7.5 / std::sqrt(12),
              1e-12);
}

TEST(RankScoreTest, SharesRanksAmongTies) {
  // Ranks 2, 5, 5 of the canary; variance 9 / 12 x (7 - 48 / 30).
  EXPECT_NEAR(RankScore(Values{1, 2, 2}, Values{1, 1, 2}, 0), 1 / std::sqrt(4.05), 1e-12);
  EXPECT_EQ(RankScore(Values{1, 1}, Values{1, 1, 1}, 0), 0);
}

TEST(RankScoreTest, FallsAsTheShiftRises) {
  const Values canary = {.8, 1.1, 1.4, 2.0, 2.2, 3.1};
  const Values baseline = {.5, .9, 1.0, 1.2, 1.3, 1.6};
  double before = RankScore(canary, baseline, -5);
  for (double shift = -4.9; shift < 5; shift += .1) {
    const double score = RankScore(canary, baseline, shift);
    EXPECT_LE(score, before + .1) << shift;  // ties change the variance a little
    before = score;
  }
  EXPECT_LT(before, -2);
}

TEST(ShownHigherTest, NeedsMoreThanTheTolerance) {
  // Shifts of 8.6 to 9.4 with little dispersion, against a baseline at 1: clear of a quarter of it.
  const Values baseline = {1, 1.1, .9, 1.05, .95, 1.02};
  const Values canary = {10, 10.2, 9.8, 10.1, 9.9, 10.05};
  EXPECT_TRUE(ShownHigher(canary, baseline, {}));
  EXPECT_FALSE(ShownHigher(baseline, canary, {}));
  EXPECT_FALSE(ShownHigher(baseline, baseline, {}));
  // The whole estimate tolerated: its own interval reaches below it.
  EXPECT_FALSE(ShownHigher(canary, baseline, {.tolerance = 1, .confidence = .98}));
}

TEST(ShownHigherTest, TakesFiveOfEachAtTheMin) {
  // Four of each, wholly apart, score 2.165 where 2.326 is needed.
  EXPECT_FALSE(ShownHigher(Values{11, 12, 13, 14}, Values{1, 2, 3, 4}, {}));
  EXPECT_TRUE(ShownHigher(Values{101, 102, 103, 104, 105}, Values{1, 2, 3, 4, 5}, {}));
  EXPECT_FALSE(ShownHigher(Values{}, Values{1}, {}));
  EXPECT_FALSE(ShownHigher(Values{1}, Values{}, {}));
}

}  // namespace
}  // namespace slogate::simulation
