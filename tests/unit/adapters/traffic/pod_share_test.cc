#include <gtest/gtest.h>

#include "adapters/traffic/replica_ratio.h"

namespace slogate::adapters::traffic {
namespace {

TEST(PodShareTest, TheNearestNumberOfPodsAndAtLeastOne) {
  EXPECT_EQ(CanaryPods(0, 10), 0);
  EXPECT_EQ(CanaryPods(-3, 10), 0);
  EXPECT_EQ(CanaryPods(5, 3), 1);
  EXPECT_EQ(CanaryPods(5, 20), 1);
  EXPECT_EQ(CanaryPods(20, 20), 5);
  EXPECT_EQ(CanaryPods(25, 20), 7);
  EXPECT_EQ(CanaryPods(50, 3), 3);
  EXPECT_EQ(CanaryPods(99, 2), 198);
  EXPECT_EQ(CanaryPods(10, 0), 1);
  EXPECT_EQ(CanaryPods(99, INT32_MAX), INT32_MAX);
}

TEST(PodShareTest, TheTrueShareInWholePercent) {
  EXPECT_EQ(PodPercent(0, 0), 0);
  EXPECT_EQ(PodPercent(1, 0), 100);
  EXPECT_EQ(PodPercent(1, 3), 25);
  EXPECT_EQ(PodPercent(7, 20), 26);
  EXPECT_EQ(PodPercent(INT32_MAX, INT32_MAX), 50);
}

TEST(PodShareTest, TellsOfRoundingOnlyWhereThereIsSome) {
  EXPECT_EQ(RoundingNote(5, 3), "5 % is 1 of 4 pods, 25 %");
  EXPECT_EQ(RoundingNote(25, 3), "");
  EXPECT_EQ(RoundingNote(0, 3), "");
  std::vector<core::Step> steps(3);
  steps[0].weight_percent = 5;
  steps[1].weight_percent = 25;
  steps[2].weight_percent = 40;
  EXPECT_EQ(RoundingNote(steps, 3), "5 % is 1 of 4 pods, 25 %");
  EXPECT_EQ(RoundingNote(steps, 2),
            "5 % is 1 of 3 pods, 33 %; 25 % is 1 of 3 pods, 33 %; 40 % is 1 of 3 pods, 33 %");
}

}  // namespace
}  // namespace slogate::adapters::traffic
