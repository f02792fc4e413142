// Production is the user's own Deployment: held, run beside, let go, and left alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slogate/core/decide.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = Action::Kind;

const Behaviour kWorse{{0.05, 0.02, 0.05}};

SmallWorld Ready() {
  SmallWorld world;
  world.policy.workload.canary_scale = {};  // follows the weight
  world.baseline.desired = world.baseline.available = world.baseline.available_any = 10;
  EXPECT_TRUE(world.RunTo(Phase::kReady)) << world.state.message;
  world.actions.clear();
  return world;
}

SmallWorld Baking() {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  return world;
}

// Until the last step, whose weight is 50 %.
SmallWorld BakingAtHalf() {
  SmallWorld world = Baking();
  while (world.percent != 50 || world.state.stage != StepStage::kBaking) world.Check();
  return world;
}

std::vector<Kind> KindsOf(const std::vector<Action>& actions) {
  std::vector<Kind> kinds;
  for (const Action& action : actions) kinds.push_back(action.kind);
  return kinds;
}

TEST(ProductionTest, AdoptingLabelsAndMovesNothing) {
  SmallWorld world;
  world.services_exist = false;
  ASSERT_TRUE(world.RunTo(Phase::kReady)) << world.state.message;
  world.RunFor(1h);
  EXPECT_THAT(KindsOf(world.actions), ElementsAre(Kind::kAdopt, Kind::kEnsureServices));
  EXPECT_THAT(world.percents_seen, IsEmpty());
}

TEST(ProductionTest, AGoodRevisionRunsBesideProductionAndThenRollsOut) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.percent != 10) world.Check();
  EXPECT_TRUE(world.held);
  EXPECT_EQ(world.baseline.revision, "v1");
  EXPECT_EQ(world.canary.desired, 1);
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  EXPECT_FALSE(world.held);
  EXPECT_EQ(world.baseline.revision, "v2");
  EXPECT_EQ(world.baseline.desired, 10) << "production is never scaled";
  world.RunFor(2min);
  EXPECT_FALSE(world.canary.exists);
  EXPECT_EQ(KindsOf(world.actions),
            (std::vector<Kind>{Kind::kEnsureCanary, Kind::kSetWeights, Kind::kScaleCanary,
                               Kind::kSetWeights, Kind::kRelease, Kind::kSetWeights,
                               Kind::kRemoveCanary}));
}

TEST(ProductionTest, ARejectedRevisionStaysHeld) {
  SmallWorld world = Ready();
  world.behaviour["v2"] = kWorse;
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 2h));
  world.RunFor(1h);
  EXPECT_TRUE(world.held);
  EXPECT_EQ(world.template_revision, "v2");
  EXPECT_EQ(world.baseline.revision, "v1");
  EXPECT_FALSE(world.canary.exists);
  EXPECT_EQ(world.state.reason, Reason::kCanaryWorse);
}

TEST(ProductionTest, RestoreGivesTheRunningTemplateBack) {
  SmallWorld world = Ready();
  world.policy.workload.on_rollback = OnRollback::kRestore;
  world.behaviour["v2"] = kWorse;
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 2h));
  world.RunFor(2min);
  EXPECT_FALSE(world.held);
  EXPECT_EQ(world.template_revision, "v1");
  world.RunFor(1h);
  EXPECT_THAT(world.actions, ::testing::Contains(Action{Kind::kRestore, 0, "v2"}).Times(1));
}

SmallWorld RejectedAtRestPaused() {
  SmallWorld world;
  world.held_by = HoldBy::kPaused;
  world.policy.workload.on_rollback = OnRollback::kRestore;
  EXPECT_TRUE(world.RunTo(Phase::kReady));
  world.Check();
  EXPECT_TRUE(world.held);
  world.behaviour["v2"] = kWorse;
  world.adopted = false;  // nothing else holds it
  world.Release("v2");
  EXPECT_TRUE(world.RunTo(Phase::kRolledBack, 2h));
  return world;
}

TEST(ProductionTest, RestoreKeepsThePauseOfProductionThatIsPausedAtRest) {
  SmallWorld world = RejectedAtRestPaused();
  for (int look = 0; look < 20; ++look) {
    world.Check();
    ASSERT_TRUE(world.held) << "after look " << look;
  }
  EXPECT_EQ(world.template_revision, "v1");
  EXPECT_EQ(world.state.phase, Phase::kReady) << world.state.message;
  EXPECT_THAT(
      world.actions,
      ::testing::Contains(Action{.kind = Kind::kRestore, .revision = "v2", .stays_held = true})
          .Times(1));
  world.adopted = false;
  world.Release("v3");
  EXPECT_TRUE(world.RunTo(Phase::kProgressing));
}

TEST(ProductionTest, RestoreUnpausesARolloutThatStoppedOnItsWayAndPausesItWhenItIsComplete) {
  SmallWorld world = RejectedAtRestPaused();
  world.pods_start = false;
  world.baseline.settled = false;
  world.Check();
  EXPECT_EQ(world.template_revision, "v1");
  EXPECT_FALSE(world.held) << "nothing else completes the rollout";
  world.pods_start = true;
  for (int look = 0; look < 5; ++look) world.Check();
  EXPECT_TRUE(world.held);
}

TEST(ProductionTest, WhatTheUserTakesBackIsReleasedAndAPauseOfTheirsIsNot) {
  SmallWorld world = Baking();
  world.Release("v1");
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.Check();
  EXPECT_FALSE(world.held);
  EXPECT_EQ(world.percent, 0);
  world.Check();
  world.held = true;  // kubectl rollout pause
  world.RunFor(1h);
  EXPECT_TRUE(world.held);
}

TEST(ProductionTest, APauseLiftedByHandIsAPersonsDecision) {
  SmallWorld world = BakingAtHalf();
  world.RollOut();
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kPromoting);
  EXPECT_EQ(world.state.reason, Reason::kPromotedByHand);
  ASSERT_TRUE(world.RunTo(Phase::kPromoted)) << world.state.message;
  EXPECT_EQ(world.percent, 0);
  EXPECT_FALSE(world.held);
  world.RunFor(2min);
  EXPECT_FALSE(world.canary.exists);
}

TEST(ProductionTest, WhatNothingHeldIsSaidAndNotJudged) {
  SmallWorld world = Ready();
  world.template_revision = "v2";
  world.RollOut();
  world.pods_start = false;
  world.Check();
  EXPECT_EQ(world.state.reason, Reason::kPromotedByHand) << world.state.message;
  world.pods_start = true;
  world.RunFor(10min);
  EXPECT_EQ(world.state.stable_revision, "v2");
  EXPECT_THAT(world.actions, IsEmpty());
}

TEST(ProductionTest, ATemplateThatChangesWhileItRollsOutIsJudgedAnew) {
  SmallWorld world = BakingAtHalf();
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 2h));
  world.Check();
  ASSERT_FALSE(world.held);
  world.pods_start = false;
  world.Release("v3");
  world.Check();
  EXPECT_TRUE(world.held);
  EXPECT_EQ(world.state.phase, Phase::kSuperseded);
  world.pods_start = true;
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 3h)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v3");
}

TEST(ProductionTest, ProductionThatIsScaledToZeroIsSaidAndWaitedFor) {
  const auto scale = [](SmallWorld& world, int pods) {
    world.baseline.desired = world.baseline.available = world.baseline.available_any = pods;
  };
  SmallWorld world = Ready();
  scale(world, 0);
  world.Release("v2");
  world.RunFor(10s);
  EXPECT_EQ(world.state.phase, Phase::kReady);
  EXPECT_EQ(world.state.reason, Reason::kWaitingForBaseline);
  EXPECT_THAT(world.state.message, HasSubstr("is scaled to 0"));
  scale(world, 10);
  while (world.state.stage != StepStage::kBaking) world.Check();
  const int percent = world.percent;
  scale(world, 0);
  world.RunFor(1h);
  EXPECT_EQ(world.percent, percent);
  EXPECT_EQ(world.state.reason, Reason::kWaitingForBaseline);
  scale(world, 10);
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 3h)) << world.state.message;
}

TEST(ProductionTest, ARolloutThatKubernetesGivesUpIsHeldWithItsWords) {
  SmallWorld world = BakingAtHalf();
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 2h));
  world.pods_start = false;
  world.Check();
  world.rollout_problem = "ProgressDeadlineExceeded: 1 of 10 updated";
  world.RunFor(2min);
  EXPECT_EQ(world.state.phase, Phase::kPaused);
  EXPECT_THAT(world.state.message, HasSubstr("ProgressDeadlineExceeded"));
  EXPECT_TRUE(world.held);
  EXPECT_EQ(world.percent, 50) << "the canary keeps its share";
  world.requests.resume = "1";
  world.RunFor(30s);
  EXPECT_EQ(world.state.phase, Phase::kPromoting) << "what Kubernetes said before is not news";
  world.rollout_problem.clear();
  world.pods_start = true;
  ASSERT_TRUE(world.RunTo(Phase::kPromoted)) << world.state.message;
}

TEST(ProductionTest, TheCanaryFollowsWhatTheAutoscalerWants) {
  SmallWorld world = BakingAtHalf();
  EXPECT_EQ(world.canary.desired, 5);
  world.baseline.desired = 20;
  world.Check();
  EXPECT_EQ(world.canary.desired, 10);
  world.baseline.desired = 4;
  world.Check();
  EXPECT_EQ(world.canary.desired, 2);
  EXPECT_EQ(world.baseline.desired, 4);
}

TEST(ProductionTest, TheWeightFallsWithThePodsAtOnceAndComesBackWithThem) {
  SmallWorld world = BakingAtHalf();
  world.pods_start = false;
  world.canary.available = world.canary.available_any = 2;
  world.Check();
  world.Check();
  EXPECT_EQ(world.percent, 20);
  EXPECT_EQ(world.state.reason, Reason::kWaitingForCanary);
  EXPECT_THAT(world.state.message, HasSubstr("2 available canary pods carry 20 %"));
  const TimePoint began = world.state.stage_began;
  world.pods_start = true;
  for (int i = 0; i < 3; ++i) world.Check();
  EXPECT_EQ(world.percent, 50);
  EXPECT_EQ(world.state.stage_began, began) << "the step goes on where it was";
  EXPECT_NE(world.state.reason, Reason::kWeightDrift);
}

TEST(ProductionTest, NoWeightIsAboveWhatThePodsCarryWhateverTheAutoscalerDoes) {
  std::mt19937_64 random(7);
  SmallWorld world = Baking();
  for (int check = 0; check < 2000 && world.state.phase != Phase::kPromoting; ++check) {
    if (random() % 10 == 0) {
      const int pods = static_cast<int>(random() % 2 == 0 ? 20 : 5);
      world.baseline.desired = pods;
    }
    world.pods_start = random() % 3 != 0;
    const int before = world.percent;
    world.Check();
    const int carried = 100 * world.canary.available / world.baseline.desired;
    EXPECT_TRUE(world.percent <= std::max(carried, before));
  }
}

TEST(ProductionTest, TheCanaryStandsInWhileProductionIsRecreated) {
  SmallWorld world = Ready();
  world.recreates = true;
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  EXPECT_THAT(world.percents_seen, ElementsAre(10, 50, 100, 0));
  const auto released = std::ranges::find(world.actions, Kind::kRelease, &Action::kind);
  ASSERT_NE(released, world.actions.end());
  EXPECT_EQ(std::prev(released)->kind, Kind::kSetWeights);
  EXPECT_EQ(std::prev(released)->value, 100) << "before the pods are stopped";
}

TEST(ProductionTest, ACanaryThatMayNotGrowDoesNotStandIn) {
  SmallWorld world = Ready();
  world.recreates = true;
  world.policy.workload.canary_scale.replicas = 5;
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  EXPECT_THAT(world.percents_seen, ElementsAre(10, 50, 0));
}

// More pods than the weight needs, and a route that somebody moved further than they carry.
TEST(ProductionTest, AWeightThatSomebodyRaisedIsNotTakenForTheSteps) {
  SmallWorld world;
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.Release("v2");
  while (world.state.stage != StepStage::kMoving) world.Check();
  world.percent = 99;
  world.Check();
  EXPECT_LE(world.state.desired_percent, 10) << world.state.message;
}

TEST(ProductionTest, WithoutAdmissionProductionIsPausedAtRest) {
  SmallWorld world;
  world.held_by = HoldBy::kPaused;
  world.policy.workload.canary_scale = {};
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.RunFor(1min);
  EXPECT_TRUE(world.held);
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v2");
  world.RunFor(1min);
  EXPECT_TRUE(world.held) << "again at rest";
}

TEST(ProductionTest, PodsThatFollowAnAutoscalerAreSetAgainAndAreNoDrift) {
  SmallWorld world = Baking();
  world.actions.clear();
  world.follows = true;
  world.Check();
  EXPECT_THAT(KindsOf(world.actions), ElementsAre(Kind::kSetWeights));
  EXPECT_EQ(world.state.stage, StepStage::kBaking);
  EXPECT_NE(world.state.reason, Reason::kWeightDrift);
  world.Check();
  EXPECT_EQ(world.actions.size(), 1U);
}

}  // namespace
}  // namespace slogate::core
