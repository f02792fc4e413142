#include "sandbox/actors/rolling_update.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace slogate::sandbox {
namespace {

using nlohmann::json;

json WithStrategy(const json& strategy) { return {{"spec", {{"strategy", strategy}}}}; }

TEST(ToleranceTest, IsAQuarterUnlessToldOtherwise) {
  const Tolerance tolerance = ToleranceOf(json::object(), 10);
  EXPECT_EQ(tolerance.surge, 3) << "rounded up";
  EXPECT_EQ(tolerance.unavailable, 2) << "rounded down";
}

TEST(ToleranceTest, ReadsNumbersAndShares) {
  const Tolerance tolerance = ToleranceOf(
      WithStrategy({{"rollingUpdate", {{"maxSurge", 2}, {"maxUnavailable", "50%"}}}}), 5);
  EXPECT_EQ(tolerance.surge, 2);
  EXPECT_EQ(tolerance.unavailable, 2);
}

TEST(ToleranceTest, LetsOnePodGoWhenBothAreNone) {
  const Tolerance tolerance =
      ToleranceOf(WithStrategy({{"rollingUpdate", {{"maxSurge", 0}, {"maxUnavailable", 0}}}}), 5);
  EXPECT_EQ(tolerance.surge, 0);
  EXPECT_EQ(tolerance.unavailable, 1);
}

TEST(ToleranceTest, RecreateNeedsNoPodToStay) {
  const Tolerance tolerance = ToleranceOf(WithStrategy({{"type", "Recreate"}}), 4);
  EXPECT_EQ(tolerance.surge, 0);
  EXPECT_EQ(tolerance.unavailable, 4);
}

TEST(NextScalesTest, TheFirstReplicaSetGetsEveryPodAtOnce) {
  EXPECT_EQ(NextScales(3, {1, 0}, {0, 0}, {}).newest, 3);
}

TEST(NextScalesTest, NothingStandsInTheWayOfScalingDown) {
  EXPECT_EQ(NextScales(0, {0, 0}, {3, 3}, {}).newest, 0);
}

TEST(NextScalesTest, PodsThatDoNotServeGoFirst) {
  const Scales next = NextScales(4, {1, 1}, {1, 0}, {{2, 0}, {2, 2}});
  EXPECT_EQ(next.old, (std::vector<std::int64_t>{1, 2}));
}

// Every start of one pod and every end of another, until the update is over.
TEST(NextScalesTest, AnUpdateStaysWithinItsToleranceToTheEnd) {
  for (const Tolerance tolerance : {Tolerance{1, 0}, Tolerance{0, 1}, Tolerance{2, 1}}) {
    constexpr std::int64_t kDesired = 5;
    Replicas newest;
    Replicas old{kDesired, kDesired};
    for (int look = 0; look < 100 && newest.available < kDesired; ++look) {
      const Scales next = NextScales(kDesired, tolerance, newest, {old});
      ASSERT_LE(next.newest + next.old[0], kDesired + tolerance.surge);
      newest.asked = next.newest;
      old = {next.old[0], std::min(old.available, next.old[0])};
      ASSERT_GE(newest.available + old.available, kDesired - tolerance.unavailable);
      if (newest.available < newest.asked) ++newest.available;
    }
    EXPECT_EQ(newest.available, kDesired) << "surge " << tolerance.surge;
    EXPECT_EQ(NextScales(kDesired, tolerance, newest, {old}).old[0], 0);
  }
}

}  // namespace
}  // namespace slogate::sandbox
