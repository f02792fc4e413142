// The progress deadline runs while the cluster has been asked for pods, and was seen to be, and
// somebody checks. A controller that was away names nobody for that time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slogate/core/decide.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

SmallWorld Ready(Promotion promotion = Promotion::kManaged, const char* route = "HTTPRoute") {
  SmallWorld world(promotion);
  world.policy.routes[0].kind = route;
  EXPECT_TRUE(world.RunTo(Phase::kReady)) << world.state.message;
  world.RunFor(2min);
  return world;
}

// A new revision whose pods do not come yet; the rollout has just started.
SmallWorld Starting(Promotion promotion = Promotion::kManaged) {
  SmallWorld world = Ready(promotion);
  world.pods_start = false;
  world.Release("v2");
  EXPECT_TRUE(world.RunTo(Phase::kProgressing)) << world.state.message;
  return world;
}

void ExpectPromoted(SmallWorld& world) {
  world.pods_start = true;
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 3h)) << world.state.message;
}

// A canary that stays without pods from now on is rejected when the deadline is over, not before.
void ExpectFullDeadline(SmallWorld& world) {
  const Duration deadline = world.policy.workload.progress_deadline;
  const TimePoint from = world.now;
  while (world.state.phase == Phase::kProgressing && world.now < from + 2 * deadline) {
    world.Check();
    if (world.now >= from + deadline) continue;
    ASSERT_EQ(world.state.phase, Phase::kProgressing) << world.state.message;
  }
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryNeverAvailable) << world.state.message;
  EXPECT_LT(world.now - from, deadline + 10s);
}

TEST(PodsDeadlineTest, DownBeforeTheScaleUpRejectsNothingOnTheFirstLook) {
  SmallWorld world = Starting();
  ASSERT_EQ(world.canary.desired, 0) << "not scaled up yet";
  world.now += 15min;
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kProgressing) << world.state.message;
  EXPECT_EQ(world.canary.desired, 2);
  ExpectFullDeadline(world);
}

TEST(PodsDeadlineTest, DownAfterTheScaleUpWasCarriedOutButNotSeenRejectsNothingOnTheFirstLook) {
  SmallWorld world = Starting();
  world.Check(/*crash_before_store=*/true);
  ASSERT_EQ(world.canary.desired, 2);
  world.now += 15min;
  ExpectFullDeadline(world);
}

TEST(PodsDeadlineTest, DownAfterTheScaleUpWasSeenRejectsNothingOnTheFirstLook) {
  for (const Duration away : {Duration(11min), Duration(2h)}) {
    SmallWorld world = Starting();
    world.RunFor(10s);
    ASSERT_TRUE(world.state.pods_awaited);
    world.now += away;
    ExpectFullDeadline(world);
  }
}

TEST(PodsDeadlineTest, DownWhilePodsComePromotes) {
  SmallWorld world = Starting();
  world.now += 15min;
  world.RunFor(1min);
  ExpectPromoted(world);
}

TEST(PodsDeadlineTest, ARestartDoesNotBeginTheDeadlineAgain) {
  SmallWorld world = Starting();
  world.Check();
  const TimePoint scaled = world.now;
  while (world.state.phase == Phase::kProgressing) {
    world.now += 40s;  // a restart between any two checks
    world.Check();
  }
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryNeverAvailable);
  EXPECT_LT(world.now - scaled, 12min);
}

TEST(PodsDeadlineTest, IsMeasuredToTheSecondWhileSomebodyLooks) {
  SmallWorld world = Starting();
  world.Check();
  ExpectFullDeadline(world);
}

TEST(PodsDeadlineTest, IsRecordedFourTimesAtMost) {
  SmallWorld world = Starting();
  int recorded = 0;
  while (world.state.phase == Phase::kProgressing) {
    const std::optional<PodWait> before = world.state.pods_awaited;
    world.Check();
    if (before && world.state.pods_awaited && *before != *world.state.pods_awaited) ++recorded;
  }
  EXPECT_LE(recorded, 4);
}

TEST(PodsDeadlineTest, AShortDeadlineIsKept) {
  for (const Duration deadline : {Duration(1s), Duration(8s), Duration(30s)}) {
    SmallWorld world = Ready();
    world.policy.workload.progress_deadline = deadline;
    world.pods_start = false;
    world.Release("v2");
    ASSERT_TRUE(world.RunTo(Phase::kProgressing));
    const TimePoint from = world.now;
    ASSERT_TRUE(world.RunTo(Phase::kRollingBack, 5min)) << world.state.message;
    EXPECT_LT(world.now - from, deadline + 10s);
  }
}

TEST(PodsDeadlineTest, AScaleUpThatSomebodyUndidBeginsAgain) {
  SmallWorld world = Starting();
  world.RunFor(8min);
  world.canary.desired = 0;
  world.Check();
  ASSERT_EQ(world.canary.desired, 2);
  ExpectFullDeadline(world);
}

// Any write to the Deployment, an annotation too, leaves its revision unknown until it is observed.
TEST(PodsDeadlineTest, WritesOfOthersToTheDeploymentDoNotBeginTheDeadlineAgain) {
  for (const char* route : {"HTTPRoute", "Service"}) {
    SmallWorld world = Ready(Promotion::kManaged, route);
    world.pods_start = false;
    world.Release("v2");
    ASSERT_TRUE(world.RunTo(Phase::kProgressing));
    const TimePoint from = world.now;
    for (int check = 0; world.state.phase == Phase::kProgressing && check < 2'000; ++check) {
      world.canary.revision = check % 3 == 2 ? "" : "v2";
      world.Check();
    }
    EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryNeverAvailable) << world.state.message;
    EXPECT_LT(world.now - from, 11min) << route;
  }
}

TEST(PodsDeadlineTest, ABrokenWorkloadIsNotTheCanarysFault) {
  SmallWorld world = Starting();
  world.RunFor(8min);
  world.problem = "Deployment app does not exist";
  world.RunFor(30min);
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
  world.problem.clear();
  ExpectFullDeadline(world);
}

TEST(PodsDeadlineTest, PodsThatCameAndWentHaveTheWholeDeadline) {
  SmallWorld world = Starting();
  world.RunFor(8min);
  world.policy.paused = true;
  world.pods_start = true;
  world.RunFor(1h);
  ASSERT_EQ(world.state.reason, Reason::kPausedByPerson);
  world.pods_start = false;
  world.canary.available = world.canary.available_any = 0;
  ExpectFullDeadline(world);
}

TEST(PodsDeadlineTest, ADryRunScalesNothingAndRejectsNothing) {
  SmallWorld world = Ready();
  world.policy.dry_run = true;
  world.Release("v2");
  world.RunFor(1h);
  EXPECT_EQ(world.canary.desired, 0);
  EXPECT_EQ(world.state.phase, Phase::kProgressing) << world.state.message;
}

TEST(PodsDeadlineTest, AnExternalCanaryHasTheWholeDeadlineFromTheFirstLook) {
  SmallWorld world = Starting(Promotion::kExternal);
  world.now += 15min;
  ExpectFullDeadline(world);
}

TEST(PodsDeadlineTest, PodsThatAreTheWeightHaveTheWholeDeadlineFromTheFirstLook) {
  SmallWorld world = Ready(Promotion::kManaged, "Service");
  world.pods_start = false;
  world.Release("v2");
  world.canary.settled = true;
  while (world.state.stage != StepStage::kMoving) world.Check();
  world.Check(/*crash_before_store=*/true);
  ASSERT_EQ(world.percent, 10);
  world.now += 15min;
  ExpectFullDeadline(world);
}

// An External baseline: a pause asks for a person, so it is not lightly done either. Of a Managed
// one Kubernetes says itself when it gives up.
TEST(PodsDeadlineTest, APromotionIsNotPausedOnTheFirstLookAfterTheControllerWasDown) {
  SmallWorld world = Ready(Promotion::kExternal);
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 2h)) << world.state.message;
  world.pods_start = false;
  world.CarryOver("v2");
  world.now += 15min;
  const TimePoint from = world.now;
  while (world.state.phase == Phase::kPromoting && world.now < from + 1h) world.Check();
  EXPECT_GE(world.now - from, 10min);
  EXPECT_EQ(world.state.phase, Phase::kPaused);
  EXPECT_EQ(world.state.reason, Reason::kTimedOut);
  world.RunFor(1h);
  world.requests.resume = "1";
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kPromoting) << "with a deadline of its own";
  world.RunFor(9min);
  EXPECT_EQ(world.state.phase, Phase::kPromoting);
  ExpectPromoted(world);
}

}  // namespace
}  // namespace slogate::core
