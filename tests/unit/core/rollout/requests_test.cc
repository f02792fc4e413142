// What people ask of a rollout: approve, promote, abort, pause, retry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slogate/core/decide.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

// A rollout of v2 whose first step bakes at 10 %; the second would ask for 50 %.
SmallWorld Baking() {
  SmallWorld world;
  EXPECT_TRUE(world.RunTo(Phase::kReady));
  world.RunFor(2min);
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  return world;
}

auto History(Reason reason) { return Contains(Field(&HistoryEntry::reason, reason)); }

TEST(RequestsTest, AbortRollsBackAtOnceAndSaysByWhom) {
  SmallWorld world = Baking();
  world.requests.abort = Requested("v2");
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 2min)) << world.state.message;
  EXPECT_EQ(world.percent, 0);
  EXPECT_EQ(world.baseline.revision, "v1");
  EXPECT_EQ(world.state.rejected_reason, Reason::kAbortedByPerson);
  EXPECT_THAT(world.state.history,
              Contains(Field(&HistoryEntry::message, HasSubstr("by ann at noon"))));
}

TEST(RequestsTest, AbortOfAnotherRevisionDoesNothing) {
  SmallWorld world = Baking();
  world.requests.abort = Requested("v3");
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h));
}

TEST(RequestsTest, AbortEndsAPausedRolloutAndOneWithoutData) {
  SmallWorld world = Baking();
  world.policy.paused = true;
  world.traffic = false;
  world.RunFor(10min);
  ASSERT_EQ(world.state.phase, Phase::kPaused);
  world.requests.abort = Requested("v2");
  EXPECT_TRUE(world.RunTo(Phase::kRolledBack, 2min));
}

TEST(RequestsTest, ARetryIsNotAbortedByTheOldRequestButByANewOne) {
  SmallWorld world = Baking();
  world.requests.abort = Requested("v2");
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 2min));
  world.policy.retry = "again";
  ASSERT_TRUE(world.RunTo(Phase::kProgressing, 2min));
  while (world.state.stage != StepStage::kBaking) world.Check();
  EXPECT_EQ(world.state.attempts, 2);
  world.requests.abort = Requested("v2", 0, "one");
  EXPECT_TRUE(world.RunTo(Phase::kRolledBack, 2min));
}

TEST(RequestsTest, FullPromotionSkipsTheStepsThatAreLeft) {
  SmallWorld world = Baking();
  world.percents_seen.clear();
  world.requests.promote = Requested("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 5min)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v2");
  EXPECT_THAT(world.percents_seen, ElementsAre(0));
  EXPECT_THAT(world.state.history, History(Reason::kPromotedByPerson));
}

TEST(RequestsTest, FullPromotionWaitsForTheCanarysPods) {
  SmallWorld world;
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.pods_start = false;
  world.Release("v2");
  world.RunFor(30s);
  world.requests.promote = Requested("v2");
  world.RunFor(2min);
  EXPECT_EQ(world.baseline.revision, "v1");
  world.pods_start = true;
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 5min)) << world.state.message;
}

TEST(RequestsTest, EvidenceOfHarmComesBeforeAPromotion) {
  SmallWorld world = Baking();
  world.behaviour["v2"] = {{0.5, 0.5, 0.5}};
  world.policy.paused = true;
  world.RunFor(1min);
  world.requests.promote = Requested("v2");
  world.RunFor(30min);
  EXPECT_EQ(world.state.phase, Phase::kRolledBack);
  EXPECT_EQ(world.baseline.revision, "v1");
}

TEST(RequestsTest, PromotionOfAStepPassesThatStepAndNoOther) {
  SmallWorld world = Baking();
  for (Step& step : world.state.frozen->steps) step.min_duration = 24h;
  world.requests.promote = Requested("v2", 1);
  world.RunFor(10min);
  EXPECT_EQ(world.percent, 50);
  EXPECT_EQ(world.state.step, 1);
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
}

TEST(RequestsTest, PromotionLiftsAPauseThatWaitsForEvidenceButNotAPersons) {
  SmallWorld world = Baking();
  world.source = SourceProblem::kServerError;
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 2h));
  world.requests.pause = Requested("yes");
  world.requests.promote = Requested("v2");
  world.RunFor(10min);
  EXPECT_EQ(world.baseline.revision, "v1");
  world.requests.pause.reset();
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 10min)) << world.state.message;
}

TEST(RequestsTest, APromotionOfTheFirstAttemptIsNotOneOfTheSecond) {
  SmallWorld world = Baking();
  world.behaviour["v2"] = {{0.5, 0.5, 0.5}};
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 1h));
  world.requests.promote = Requested("v2");
  world.policy.retry = "again";
  ASSERT_TRUE(world.RunTo(Phase::kProgressing, 5min));
  EXPECT_TRUE(world.RunTo(Phase::kRolledBack, 1h)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v1");
}

TEST(RequestsTest, PauseKeepsTheWeightUntilItIsTakenBack) {
  SmallWorld world = Baking();
  world.requests.pause = Requested("yes");
  world.RunFor(1h);
  EXPECT_EQ(world.state.phase, Phase::kPaused);
  EXPECT_EQ(world.state.reason, Reason::kPausedByPerson);
  EXPECT_THAT(world.state.message, HasSubstr("by ann at noon"));
  EXPECT_EQ(world.percent, 10);
  world.requests.pause.reset();
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h));
}

TEST(RequestsTest, ApprovalIsRememberedWithWhoAndWhen) {
  SmallWorld world = Baking();
  world.state.frozen->steps[0].require = Require::kApproval;
  world.requests.problem = "annotation x is no approval";
  world.RunFor(30min);
  EXPECT_THAT(world.state.message, HasSubstr("annotation x is no approval"));
  world.requests.approve = Requested("v2", 1);
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h));
  EXPECT_THAT(world.state.history, History(Reason::kApproved));
  EXPECT_EQ(world.state.approved->at, "noon");
}

TEST(RequestsTest, AnExternalCandidateCanBeAbortedWhileItsOwnerWaits) {
  SmallWorld world(Promotion::kExternal);
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 2h));
  world.RunFor(2min);
  world.requests.abort = Requested("v2");
  EXPECT_TRUE(world.RunTo(Phase::kRolledBack, 5min));
  EXPECT_EQ(world.percent, 0);
}

}  // namespace
}  // namespace slogate::core
