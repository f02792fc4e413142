// A plain Service: the canary's weight is its share of the pods.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slogate/core/decide.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

SmallWorld Ready() {
  SmallWorld world;
  world.policy.routes[0].kind = "Service";
  EXPECT_TRUE(world.RunTo(Phase::kReady)) << world.state.message;
  return world;
}

TEST(CountedPodsTest, NoPodOfTheCanaryRunsBeforeItsFirstWeight) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.state.stage != StepStage::kMoving) {
    EXPECT_EQ(world.canary.desired, 0);
    world.Check();
  }
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  EXPECT_EQ(world.canary.desired, 0);
  EXPECT_EQ(world.baseline.revision, "v2");
}

TEST(CountedPodsTest, WeightsGoUpStepByStepAndBack) {
  SmallWorld world = Ready();
  world.percents_seen.clear();
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h));
  EXPECT_THAT(world.percents_seen, ElementsAre(10, 50, 0));
}

TEST(CountedPodsTest, AWorseCanaryIsScaledToNothing) {
  SmallWorld world = Ready();
  world.behaviour["v2"] = {{0.2, 0.02, 0.05}};
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 2h));
  EXPECT_EQ(world.canary.desired, 0);
  EXPECT_EQ(world.baseline.revision, "v1");
}

TEST(CountedPodsTest, PodsThatNeverComeAreRolledBackAfterTheDeadline) {
  SmallWorld world = Ready();
  world.pods_start = false;
  world.Release("v2");
  world.canary.settled = true;
  world.RunFor(1min);
  EXPECT_EQ(world.state.reason, Reason::kWaitingForCanary) << world.state.message;
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, world.policy.workload.progress_deadline + 2min));
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryNeverAvailable);
  EXPECT_EQ(world.canary.desired, 0);
}

}  // namespace
}  // namespace slogate::core
