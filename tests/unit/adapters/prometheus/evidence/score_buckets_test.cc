#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "adapters/prometheus/evidence/bucket_bounds.h"

namespace slogate::adapters::prometheus {
namespace {

TEST(WorstSquaresTest, EveryScoreIsTheWorstOfItsBucket) {
  // Two up to .5 (worst 0), three up to .75 (worst .5), five up to 1 (worst .75).
  EXPECT_DOUBLE_EQ(WorstSquares({{0.5, 2}, {0.75, 5}, {1, 10}}, 10), 2 + 3 * 0.25 + 5 * 0.0625);
}

TEST(WorstSquaresTest, BoundsOutsideOfScoresAreHarmless) {
  EXPECT_DOUBLE_EQ(WorstSquares({{-1, 0}, {0, 1}, {2, 4}}, 4), 4);
  EXPECT_DOUBLE_EQ(WorstSquares({{1, 3}}, 4), 3);
  EXPECT_DOUBLE_EQ(WorstSquares({}, 4), 4);
}

TEST(WorstSquaresTest, IsNeverBelowTheTruth) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> score(0, 1);
  for (int run = 0; run < 100; ++run) {
    std::vector<ScoreBucket> buckets;
    for (int i = 0; i < run % 7; ++i) buckets.push_back({score(random), 0});
    std::sort(buckets.begin(), buckets.end(),
              [](const ScoreBucket& a, const ScoreBucket& b) { return a.bound < b.bound; });
    double squares = 0;
    for (int event = 0; event < 50; ++event) {
      const double s = score(random);
      squares += (1 - s) * (1 - s);
      for (ScoreBucket& bucket : buckets) bucket.count += s <= bucket.bound ? 1 : 0;
    }
    EXPECT_GE(WorstSquares(buckets, 50), squares);
  }
}

}  // namespace
}  // namespace slogate::adapters::prometheus
