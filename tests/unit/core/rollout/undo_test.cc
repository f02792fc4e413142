// A person takes production back to what it ran before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slogate/core/decide.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Ne;
using ::testing::Not;
using Kind = Action::Kind;

Request UndoOf(const std::string& revision, bool now, const std::string& at = "noon") {
  Request request = Requested(revision, 0, at);
  request.now = now;
  if (now) request.text.insert(revision.size(), "/now");
  return request;
}

// v2 was promoted a minute ago, v1 ran before.
SmallWorld Promoted(Promotion promotion = Promotion::kManaged) {
  SmallWorld world(promotion);
  EXPECT_TRUE(world.RunTo(Phase::kReady));
  world.Release("v2");
  if (promotion == Promotion::kExternal) {
    EXPECT_TRUE(world.RunTo(Phase::kPromoting, 2h));
    world.CarryOver("v2");
  }
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  world.RunFor(1min);
  world.actions.clear();
  return world;
}

int Undone(const SmallWorld& world) {
  return static_cast<int>(std::ranges::count(world.actions, Kind::kUndo, &Action::kind));
}

auto Told(Reason reason, const std::string& message) {
  return Contains(AllOf(Field(&HistoryEntry::reason, reason),
                        Field(&HistoryEntry::message, HasSubstr(message))));
}

TEST(UndoTest, TheEarlierRevisionIsHeldAndJudgedLikeAnyOther) {
  SmallWorld world = Promoted();
  EXPECT_EQ(world.state.previous_revision, "v1");
  world.requests.undo = UndoOf("v2", false);
  ASSERT_TRUE(world.RunTo(Phase::kProgressing, 1min)) << world.state.message;
  EXPECT_EQ(world.state.candidate_revision, "v1");
  EXPECT_EQ(world.template_revision, "v1");
  EXPECT_EQ(world.baseline.revision, "v2") << "production runs on";
  EXPECT_TRUE(world.held);
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v1");
  EXPECT_EQ(world.state.rejected_revision, "") << "it was replaced, not rejected";
  EXPECT_THAT(world.state.history, Told(Reason::kUndoneByPerson, "by ann at noon"));
  world.RunFor(1h);
  EXPECT_EQ(Undone(world), 1) << "once, though the request stays";
}

TEST(UndoTest, AnEarlierRevisionThatIsWorseIsRolledBack) {
  SmallWorld world = Promoted();
  world.behaviour["v2"] = {{0.005, 0.02, 0.05}};
  world.behaviour["v1"] = {{0.3, 0.3, 0.3}};
  world.requests.undo = UndoOf("v2", false);
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 2h)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v2");
}

TEST(UndoTest, NowReleasesTheEarlierRevisionWithoutACanary) {
  SmallWorld world = Promoted();
  world.percents_seen.clear();
  world.requests.undo = UndoOf("v2", true);
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 5min) && world.state.candidate_revision == "v2");
  world.Check();
  ASSERT_EQ(world.state.phase, Phase::kPromoting);
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 5min)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v1");
  EXPECT_EQ(world.state.stable_revision, "v1");
  EXPECT_FALSE(world.held);
  EXPECT_THAT(world.percents_seen, Each(0));
  EXPECT_THAT(world.actions, Not(Contains(Field(&Action::kind, Kind::kEnsureCanary))));
  EXPECT_THAT(world.state.history, Told(Reason::kUndoneByPerson, "without being judged"));
  world.RunFor(1h);
  EXPECT_EQ(Undone(world), 1);
  EXPECT_EQ(world.baseline.revision, "v1");
}

TEST(UndoTest, WhatWasUndoneNowIsNotReleasedAgainUnlessRetried) {
  SmallWorld world = Promoted();
  world.requests.undo = UndoOf("v2", true);
  world.Check();
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 5min));
  world.Release("v2");  // as a tool that keeps the manifest in Git does
  world.RunFor(1h);
  EXPECT_EQ(world.baseline.revision, "v1");
  EXPECT_TRUE(world.held);
  EXPECT_EQ(world.state.reason, Reason::kRejectedBefore);
  EXPECT_THAT(world.state.message, HasSubstr("was undone and has been written again"));
  world.policy.retry = "again";
  ASSERT_TRUE(world.RunTo(Phase::kProgressing, 10min));
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v2");
}

TEST(UndoTest, NowNeitherWaitsForAPauseNorForAnErrorBudgetNorForARoute) {
  SmallWorld world = Promoted();
  world.policy.budget.emplace();
  world.budgets = {{.bad_share = 0.5, .recent_bad_share = 0.5}};
  world.policy.paused = true;
  world.RunFor(5min);
  world.accepted = false;
  world.requests.undo = UndoOf("v2", true);
  world.RunFor(5min);
  EXPECT_EQ(world.baseline.revision, "v1") << world.state.message;
  world.accepted = true;
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 5min)) << world.state.message;
}

TEST(UndoTest, NowEndsAPromotionThatIsStuck) {
  SmallWorld world;
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 2h));
  world.Check();
  world.pods_start = false;
  world.RunFor(10s);
  world.requests.undo = UndoOf("v2", false);
  world.RunFor(10s);
  EXPECT_THAT(world.state.history, Told(Reason::kUndoRefused, "gate undo --now"));
  world.rollout_problem = "ProgressDeadlineExceeded: 1 of 4 updated";
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 5min)) << world.state.message;
  world.requests.undo = UndoOf("v2", true);
  world.Check();
  world.rollout_problem.clear();
  world.pods_start = true;
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 5min)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v1");
  EXPECT_EQ(world.percent, 0);
  world.RunFor(2min);
  EXPECT_FALSE(world.canary.exists);
  for (const HistoryEntry& entry : world.state.history) {
    EXPECT_NE(entry.reason, Reason::kPromotedByHand) << entry.message;
    EXPECT_NE(entry.reason, Reason::kWaitingForCanary) << entry.message;
  }
}

TEST(UndoTest, TheSameRequestTwiceGoesBackOnce) {
  SmallWorld world = Promoted();
  world.earlier.insert(world.earlier.begin(), "v0");
  world.requests.undo = UndoOf("v2", true, "noon");
  world.Check();
  world.Check();
  world.requests.undo = UndoOf("v2", true, "a second later");
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 5min));
  world.RunFor(10min);
  EXPECT_EQ(world.baseline.revision, "v1");
}

TEST(UndoTest, ACrashBeforeTheStatusIsWrittenChangesNothing) {
  for (const bool now : {false, true}) {
    SmallWorld world = Promoted();
    world.requests.undo = UndoOf("v2", now);
    for (int i = 0; i < 200 && world.baseline.revision == "v2"; ++i) world.Check(i % 2 == 0);
    EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
    EXPECT_EQ(world.baseline.revision, "v1");
    EXPECT_LE(Undone(world), 2);
  }
}

TEST(UndoTest, NowComesToItsEndWhateverHappensMeanwhile) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const auto chance = [&](double p) { return std::bernoulli_distribution(p)(random); };
    SmallWorld world = Promoted();
    world.recreates = chance(0.3);
    world.requests.undo = UndoOf("v2", true);
    for (int check = 0; check < 60; ++check) {
      if (chance(0.2)) world.pods_start = !world.pods_start;
      if (chance(0.2)) world.accepted = !world.accepted;
      if (chance(0.1)) world.percent = 10;
      world.problem = chance(0.1) ? "the API server is away" : "";
      world.Check(chance(0.3));
      if (world.state.phase == Phase::kPaused) world.requests.resume += "r";
    }
    world.pods_start = world.accepted = true;
    world.problem.clear();
    ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
    EXPECT_EQ(world.baseline.revision, "v1");
    EXPECT_EQ(world.state.rejected_revision, "v2");
    EXPECT_EQ(world.percent, 0);
    EXPECT_EQ(world.template_revision, "v1");
  }
}

TEST(UndoTest, ARequestThatCannotBeCarriedOutIsAnsweredOnce) {
  struct Case {
    const char* says;
    std::function<void(SmallWorld&)> given;
  };
  const Case cases[] = {{"production runs revision v2",
                         [](SmallWorld& world) { world.requests.undo = UndoOf("v1", true); }},
                        {"keeps no earlier ReplicaSet",
                         [](SmallWorld& world) {
                           world.earlier.clear();
                           world.requests.undo = UndoOf("v2", true);
                         }},
                        {"a dry run",
                         [](SmallWorld& world) {
                           world.policy.dry_run = true;
                           world.requests.undo = UndoOf("v2", false);
                         }},
                        {"gate abort", [](SmallWorld& world) {
                           world.Release("v3");
                           ASSERT_TRUE(world.RunTo(Phase::kProgressing, 5min));
                           world.requests.undo = UndoOf("v2", true);
                         }}};
  for (const Case& one : cases) {
    SmallWorld world = Promoted();
    one.given(world);
    world.RunFor(1min);
    EXPECT_THAT(world.state.history, Told(Reason::kUndoRefused, one.says));
    EXPECT_EQ(std::ranges::count(world.state.history, Reason::kUndoRefused, &HistoryEntry::reason),
              1);
    EXPECT_EQ(Undone(world), 0);
  }
}

TEST(UndoTest, AnExternalPolicySaysWhoGoesBack) {
  SmallWorld world = Promoted(Promotion::kExternal);
  world.requests.undo = UndoOf("v2", true);
  world.RunFor(1min);
  EXPECT_THAT(world.state.history, Told(Reason::kUndoRefused, "give app the earlier template"));
  EXPECT_EQ(world.state.phase, Phase::kPromoted);
}

TEST(UndoTest, ARequestFromBeforeThePolicyIsNotTakenUp) {
  SmallWorld world = Promoted();
  world.state = {};
  world.requests.undo = UndoOf("v2", true);
  world.RunFor(10min);
  EXPECT_EQ(Undone(world), 0);
  EXPECT_EQ(world.baseline.revision, "v2");
}

TEST(UndoTest, ATemplateThatChangesMeanwhileIsNotOverwritten) {
  SmallWorld world = Promoted();
  world.requests.undo = UndoOf("v2", false);
  Observations seen;
  world.Check();  // taken up, not written yet
  ASSERT_TRUE(world.state.undo.has_value());
  world.Release("v3");
  world.Check();
  EXPECT_EQ(world.template_revision, "v3");
  EXPECT_EQ(Undone(world), 0);
  EXPECT_THAT(world.state.history, Told(Reason::kUndoRefused, "has changed meanwhile"));
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h));
  EXPECT_EQ(world.baseline.revision, "v3");
}

TEST(UndoTest, ATemplateThatIsKeptNoMoreIsSaidAndProductionGoesOn) {
  SmallWorld world = Promoted();
  world.requests.undo = UndoOf("v2", true);
  world.problem = "the API server is away";
  world.Check();
  ASSERT_FALSE(world.state.undo.has_value()) << "nothing is taken up without sight of production";
  world.problem.clear();
  world.Check();
  world.earlier.clear();
  world.RunFor(5min);
  EXPECT_THAT(world.state.history, Told(Reason::kUndoRefused, "has changed meanwhile"));
  EXPECT_EQ(world.state.phase, Phase::kReady) << world.state.message;
  EXPECT_EQ(world.state.reason, Reason::kNone);
  EXPECT_EQ(world.state.rejected_revision, "");
}

TEST(UndoTest, AHeldRevisionThatWasRejectedGivesWay) {
  SmallWorld world = Promoted();
  world.behaviour["v3"] = {{0.5, 0.5, 0.5}};
  world.Release("v3");
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 2h));
  world.policy.workload.on_rollback = OnRollback::kRestore;
  world.requests.undo = UndoOf("v2", true);
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 5min)) << world.state.message;
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 5min)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v1");
}

}  // namespace
}  // namespace slogate::core
