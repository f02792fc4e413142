// What the canary's pods do, or do not: restarts, reasons, too few of them, and those of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slogate/core/decide.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = Action::Kind;

constexpr const char* kProblem = "Pod app-1: container web: ImagePullBackOff; correct the image";

SmallWorld Ready(Promotion promotion = Promotion::kManaged) {
  SmallWorld world(promotion);
  EXPECT_TRUE(world.RunTo(Phase::kReady)) << world.state.message;
  world.RunFor(2min);
  return world;
}

SmallWorld Baking(SmallWorld world = Ready()) {
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  world.actions.clear();
  return world;
}

// Restarts.

TEST(CanaryRestartsTest, OneRestartOfEachPodIsNoFailedRelease) {
  SmallWorld world = Baking();
  world.canary.restarts = 1;
  world.canary.restarts_in_all = 8;
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
}

TEST(CanaryRestartsTest, RestartsOfTheBaselineBeforeTheRolloutCountForNothing) {
  SmallWorld world = Ready();
  world.baseline.restarts_in_all = 400;
  world = Baking(world);
  world.canary.restarts = 4;
  world.Check();
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryRestarts);
  EXPECT_THAT(world.state.message,
              HasSubstr("a canary pod restarted 4 times, those of a baseline pod 0 times on "
                        "average; maxCanaryRestarts allows 3 more"));
}

TEST(CanaryRestartsTest, WhatRestartsPodsOfBothIsNotTheReleases) {
  SmallWorld world = Ready();
  world.baseline.restarts_in_all = 400;
  world = Baking(world);
  world.baseline.restarts_in_all += 4 * world.baseline.desired;
  world.canary.restarts = 7;
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kProgressing) << world.state.message;
  world.canary.restarts = 8;
  world.Check();
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryRestarts);
}

TEST(CanaryRestartsTest, ANodeThatRebootsUnderOnePodOfEachIsNotTheReleases) {
  SmallWorld world = Baking();
  world.policy.workload.max_canary_restarts = 0;
  world.canary.restarts = 1;
  world.baseline.restarts_in_all = 1;
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kProgressing) << world.state.message;
}

TEST(CanaryRestartsTest, PodsOfTheBaselineThatGoTakeTheirRestartsWithThem) {
  SmallWorld world = Ready();
  world.baseline.restarts_in_all = 400;
  world = Baking(world);
  world.baseline.restarts_in_all = 10;
  world.Check();
  world.baseline.restarts_in_all = 10 + world.baseline.desired;
  world.canary.restarts = 4;
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kProgressing) << world.state.message;
  world.canary.restarts = 5;
  world.Check();
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryRestarts);
}

TEST(CanaryRestartsTest, ARetryOfPodsThatHaveRestartedBeginsAtTheirNumber) {
  SmallWorld world = Baking(Ready(Promotion::kExternal));
  world.canary.restarts = 4;
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack));
  world.policy.retry = "1";
  ASSERT_TRUE(world.RunTo(Phase::kProgressing)) << world.state.message;
  world.RunFor(1min);
  EXPECT_EQ(world.state.phase, Phase::kProgressing) << world.state.message;
  world.canary.restarts = 8;
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack));
}

TEST(CanaryRestartsTest, RestartsOfTheRevisionBeforeAreNotThoseOfTheNext) {
  SmallWorld world = Baking();
  world.canary.restarts = 9;
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack));
  ASSERT_TRUE(world.canary.exists) << "its pods can still be looked at";
  world.Release("v3");
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v3");
}

// What Kubernetes says of pods.

TEST(PodsProblemWordsTest, AWaitForPodsAndItsEndSayWhy) {
  SmallWorld world = Ready();
  world.pods_start = false;
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kProgressing));
  for (int i = 0; i < 3; ++i) world.Check();
  EXPECT_EQ(world.state.message, "Waiting for the canary's pods");
  world.canary.pods_problem = kProblem;
  world.Check();
  EXPECT_EQ(world.state.message, std::string("Waiting for the canary's pods: ") + kProblem);
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 1h));
  EXPECT_THAT(world.state.history,
              Contains(Field(&HistoryEntry::message,
                             std::string("The canary's pods were not available within the progress "
                                         "deadline: ") +
                                 kProblem)));
}

TEST(LoweredWeightTest, AWeightFollowsItsPodsWhereDriftAsksForAPersonToo) {
  SmallWorld world = Ready();
  world.policy.routes[0].on_drift = OnDrift::kPause;
  world = Baking(world);
  while (world.percent != 50 || world.state.stage != StepStage::kBaking) world.Check();
  world.pods_start = false;
  world.canary.available = world.canary.available_any = 1;
  for (int i = 0; i < 3; ++i) world.Check();
  EXPECT_EQ(world.percent, 25) << world.state.message;
  // Somebody writes weights meanwhile: what is on its way is set again.
  world.percent = 0;
  world.pods_start = true;
  for (int i = 0; i < 3; ++i) world.Check();
  EXPECT_EQ(world.percent, 50) << world.state.message;
  EXPECT_EQ(world.state.phase, Phase::kProgressing) << world.state.message;
}

SmallWorld PausedByDrift(SmallWorld world, int percent) {
  world.policy.routes[0].on_drift = OnDrift::kPause;
  world = Baking(world);
  while (world.percent != 50 || world.state.stage != StepStage::kBaking) world.Check();
  world.percent = percent;
  while (world.state.phase != Phase::kPaused) world.Check();
  EXPECT_EQ(world.state.reason, Reason::kWeightDrift);
  world.pods_start = false;
  return world;
}

// Beside four pods of production.
TEST(LoweredWeightTest, AWeightOfSomebodyElseFollowsLostPodsWhileItWaitsForAPerson) {
  SmallWorld world = PausedByDrift(Ready(), 40);
  for (int i = 0; i < 3; ++i) world.Check();
  EXPECT_EQ(world.percent, 40) << "two pods carry it";
  world.canary.available = world.canary.available_any = 1;
  for (int i = 0; i < 3; ++i) world.Check();
  EXPECT_EQ(world.percent, 25);
  EXPECT_EQ(world.state.phase, Phase::kPaused) << world.state.message;
  world.pods_start = true;
  for (int i = 0; i < 3; ++i) world.Check();
  EXPECT_EQ(world.percent, 25) << "nothing rises before a person has looked";
  world.requests.resume = "1";
  for (int i = 0; i < 5; ++i) world.Check();
  EXPECT_EQ(world.percent, 50) << world.state.message;
}

TEST(LoweredWeightTest, AWeightBelowTheStepIsNotRaisedForAPerson) {
  SmallWorld world = PausedByDrift(Ready(), 3);
  world.canary.available = world.canary.available_any = 1;
  for (int i = 0; i < 3; ++i) world.Check();
  EXPECT_EQ(world.percent, 3);
  EXPECT_EQ(world.state.phase, Phase::kPaused) << world.state.message;
}

TEST(LoweredWeightTest, ARaisedWeightGetsNoMoreThanThePodsThatAreThereCarry) {
  const SmallWorld world = PausedByDrift(Ready(), 90);
  EXPECT_EQ(world.percent, 50);
  EXPECT_EQ(world.canary.desired, 2);
}

TEST(LoweredWeightTest, AnExternalCanarysWeightOfSomebodyElseFollowsItsPodsToo) {
  SmallWorld world = PausedByDrift(Ready(Promotion::kExternal), 90);
  EXPECT_EQ(world.percent, 90) << "its owner gave it four pods";
  world.canary.available = world.canary.available_any = 2;
  for (int i = 0; i < 3; ++i) world.Check();
  EXPECT_EQ(world.percent, 66) << "two of four carry no more";
  EXPECT_EQ(world.state.phase, Phase::kPaused) << world.state.message;
}

TEST(LostCanaryTest, TrafficLeavesADeletedCanaryWhileItsOwnerIsAwaited) {
  SmallWorld world = Baking(Ready(Promotion::kExternal));
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 2h)) << world.state.message;
  while (world.percent != 100) world.Check();
  world.canary = {};
  world.problem = "Deployment app-canary does not exist; create it";
  for (int i = 0; i < 3; ++i) world.Check();
  EXPECT_EQ(world.percent, 0) << world.state.message;
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
}

TEST(LostCanaryTest, ARevisionIsNotReleasedWhileItsStepStartsAgain) {
  SmallWorld world = Baking();
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 2h)) << world.state.message;
  ASSERT_TRUE(world.held);
  world.canary = {};
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kProgressing) << world.state.message;
  EXPECT_THAT(world.actions, Not(Contains(Field(&Action::kind, Kind::kRelease))));
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  EXPECT_THAT(world.state.history,
              Not(Contains(Field(&HistoryEntry::reason, Reason::kPromotedByHand))));
}

TEST(LostCanaryTest, AWorkloadThatCannotBeReadMovesNoTraffic) {
  SmallWorld world = Baking(Ready(Promotion::kExternal));
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 2h)) << world.state.message;
  while (world.percent != 100) world.Check();
  world.canary = world.baseline = {};
  world.problem = "Deployments cannot be read";
  for (int i = 0; i < 3; ++i) world.Check();
  EXPECT_EQ(world.percent, 100) << world.state.message;
  EXPECT_EQ(world.state.phase, Phase::kPromoting);
}

TEST(PodsProblemWordsTest, ALoweredWeightSaysWhy) {
  SmallWorld world = Baking();
  while (world.percent != 50 || world.state.stage != StepStage::kBaking) world.Check();
  world.pods_start = false;
  world.canary.available = world.canary.available_any = 1;
  world.canary.pods_problem = kProblem;
  world.Check();
  world.Check();
  EXPECT_EQ(world.percent, 25);
  EXPECT_THAT(world.state.message, EndsWith(kProblem));
  world.canary.available = world.canary.available_any = 0;
  world.Check();
  EXPECT_THAT(world.state.message, EndsWith(kProblem));
}

TEST(PodsProblemWordsTest, AWaitForProductionSaysWhy) {
  SmallWorld world = Ready();
  world.pods_start = false;
  world.baseline.available = world.baseline.available_any = 3;
  world.baseline.pods_problem = kProblem;
  world.Release("v2");
  world.Check();
  EXPECT_EQ(world.state.reason, Reason::kWaitingForBaseline);
  EXPECT_THAT(world.state.message, EndsWith(kProblem));
}

TEST(PodsProblemWordsTest, ARollbackToABaselineWithoutPodsSaysWhy) {
  SmallWorld world = Baking();
  world.pods_start = false;
  world.baseline.available = world.baseline.available_any = 0;
  world.baseline.pods_problem = kProblem;
  world.canary.restarts = 9;
  world.Check();
  world.Check();
  EXPECT_EQ(world.percent, 10) << "nobody else can serve";
  EXPECT_EQ(
      world.state.message,
      std::string("Moving all traffic back to the baseline, which has no available pod yet: ") +
          kProblem);
}

TEST(PodsProblemWordsTest, AStepThatTheBaselineHoldsUpSaysSo) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.state.stage != StepStage::kMoving) world.Check();
  world.pods_start = false;
  world.baseline.available = world.baseline.available_any = 1;
  world.percent = 0;
  world.baseline.pods_problem = kProblem;
  world.Check();
  world.Check();
  EXPECT_EQ(world.state.reason, Reason::kWaitingForBaseline);
  EXPECT_THAT(world.state.message, EndsWith(kProblem));
}

TEST(PodsProblemWordsTest, APromotionThatKubernetesGivesUpSaysWhy) {
  SmallWorld world = Baking();
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 2h));
  world.pods_start = false;
  world.Check();
  world.baseline.pods_problem = kProblem;
  world.Check();
  EXPECT_THAT(world.state.message, EndsWith(kProblem));
  world.rollout_problem = "ProgressDeadlineExceeded: 1 of 4 updated";
  ASSERT_TRUE(world.RunTo(Phase::kPaused)) << world.state.message;
  EXPECT_THAT(world.state.message, EndsWith(kProblem));
}

// A canaryScale that does not carry a step.

SmallWorld Scaled(int replicas, int baseline) {
  SmallWorld world = Ready();
  world.policy.workload.canary_scale.replicas = replicas;
  world.baseline.desired = world.baseline.available = world.baseline.available_any = baseline;
  world.Release("v2");
  return world;
}

TEST(CanaryScaleTest, TooFewPodsForALaterStepHoldAndSayHowMany) {
  SmallWorld world = Scaled(1, 4);
  world.RunFor(2h);
  EXPECT_EQ(world.state.phase, Phase::kProgressing) << world.state.message;
  EXPECT_EQ(world.state.step, 1);
  EXPECT_EQ(world.percent, 10);
  EXPECT_EQ(world.state.reason, Reason::kCanaryTooSmall);
  EXPECT_THAT(
      world.state.message,
      HasSubstr("The weight 50 % beside 4 baseline pods needs 2 canary pods, and canaryScale "
                "gives 1; raise replicas to 2, or remove canaryScale"));
  EXPECT_THAT(world.state.history,
              Contains(Field(&HistoryEntry::reason, Reason::kCanaryTooSmall)).Times(1));
  world.policy.workload.canary_scale.replicas = 2;
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
}

TEST(CanaryScaleTest, TooFewPodsForTheFirstStepGetNoTraffic) {
  SmallWorld world = Scaled(1, 101);
  world.percents_seen.clear();
  world.RunFor(2h);
  EXPECT_THAT(world.percents_seen, ElementsAre());
  EXPECT_THAT(world.state.message, HasSubstr("raise replicas to 11"));
  world.policy.workload.canary_scale = {};
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
}

TEST(CanaryScaleTest, AShareIsSaidAsAShare) {
  SmallWorld world = Scaled(1, 100);
  world.policy.workload.canary_scale = {std::nullopt, 0.2};
  world.RunFor(2h);
  EXPECT_EQ(world.percent, 10);
  EXPECT_THAT(world.state.message, HasSubstr("raise shareOfBaseline to 50"));
}

TEST(CanaryScaleTest, AnAutoscalerThatOutgrowsItLowersTheWeightAndSaysTheFix) {
  SmallWorld world = Scaled(2, 4);
  while (world.percent != 50 || world.state.stage != StepStage::kBaking) world.Check();
  world.baseline.desired = 10;
  world.RunFor(1h);
  EXPECT_EQ(world.percent, 20);
  EXPECT_THAT(world.state.message, HasSubstr("raise replicas to 5"));
}

TEST(CanaryScaleTest, PodsThatDoNotStartAreStillTheCanarysFault) {
  SmallWorld world = Scaled(1, 100);
  world.pods_start = false;
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 1h));
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryNeverAvailable);
}

// A canary of another revision, whose Deployment may have to be deleted and made again.

TEST(OthersCanaryTest, IsReplacedOnlyWithoutTraffic) {
  SmallWorld world = Baking();
  world.canary.revision = "v9";
  const TimePoint began = world.now;
  while (world.canary.revision == "v9" && world.now < began + 10min) {
    world.Check();
    EXPECT_TRUE(world.canary.revision == "v9" || world.percent == 0);
  }
  ASSERT_EQ(world.canary.revision, "v2");
  ASSERT_GE(world.actions.size(), 2u);
  EXPECT_EQ(world.actions[0].kind, Kind::kSetWeights);
  EXPECT_EQ(world.actions[1].kind, Kind::kEnsureCanary);
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
}

TEST(OthersCanaryTest, IsNotReplacedWhileSomebodyElseSendsItTraffic) {
  SmallWorld world = Ready();
  world.accepted = false;
  world.percent = 5;
  world.state.phase = Phase::kProgressing;
  world.state.candidate_revision = "v2";
  world.template_revision = "v2";
  world.held = true;
  world.canary = world.baseline;
  world.canary.revision = "v0";
  world.actions.clear();
  for (int i = 0; i < 5; ++i) world.Check();
  EXPECT_EQ(world.canary.revision, "v0") << "the gateway has not taken the traffic away yet";
  world.accepted = true;
  world.Check();
  EXPECT_EQ(world.canary.revision, "v2");
}

TEST(OthersCanaryTest, IsNotPromotedToAllTraffic) {
  SmallWorld world = Ready();
  world.recreates = true;
  world.policy.workload.canary_scale = {};
  world = Baking(world);
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 2h));
  world.canary.revision = "v9";
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
}

}  // namespace
}  // namespace slogate::core
