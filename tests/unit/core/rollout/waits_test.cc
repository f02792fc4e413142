// What a rollout says while it waits, who it says it of, and whom it lets go first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

std::string Since(TimePoint time) { return " (since " + ToSecondsText(time) + ")"; }

void RunToBaking(SmallWorld& world) {
  while (world.state.stage != StepStage::kBaking) world.Check();
}

SmallWorld Baking() {
  SmallWorld world;
  EXPECT_TRUE(world.RunTo(Phase::kReady));
  world.Release("v2");
  RunToBaking(world);
  return world;
}

TEST(WaitsTest, TimesOfMessagesAreWholeSeconds) {
  EXPECT_EQ(ToSecondsText(TimePoint(1'000ms)), "1970-01-01T00:00:01Z");
  EXPECT_EQ(ToSecondsText(TimePoint(-1ms)), "1969-12-31T23:59:59Z");
  EXPECT_EQ(ToSecondsText(TimePoint::max()), "9999-12-31T23:59:59Z");
}

TEST(WaitsTest, AWaitSaysSinceWhenAndItsWordsStay) {
  SmallWorld world;
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.accepted = false;
  world.waits_for = "Gateway public has accepted generation 2, not yet 3";
  world.Release("v2");
  const TimePoint began = world.now;
  world.Check();
  const std::string said =
      "A new revision waits until the routes are accepted with all traffic on the baseline: "
      "Gateway public has accepted generation 2, not yet 3" +
      Since(began);
  EXPECT_EQ(world.state.reason, Reason::kRouteNotAccepted);
  EXPECT_EQ(StatusWords(world.state), said);
  world.RunFor(20min);
  EXPECT_EQ(StatusWords(world.state), said) << "until something else is to be said";
  world.problem = "Deployment app does not exist";
  const TimePoint broken = world.now;
  world.Check();
  EXPECT_EQ(StatusWords(world.state), "Deployment app does not exist" + Since(broken));
}

TEST(WaitsTest, ARollbackSaysWhichRouteItWaitsFor) {
  SmallWorld world = Baking();
  world.accepted = false;
  world.waits_for = "Gateway public says Accepted is False, NoMatchingParent";
  world.requests.abort = Requested("v2");
  world.Check();
  world.RunFor(10s);
  ASSERT_EQ(world.state.phase, Phase::kRollingBack);
  EXPECT_THAT(StatusWords(world.state),
              StartsWith("Moving all traffic back to the baseline: Gateway public says Accepted"));
  EXPECT_THAT(StatusWords(world.state), HasSubstr(" (since "));
}

TEST(WaitsTest, ARollbackThatCannotMoveItsTrafficSaysWhatIsBroken) {
  SmallWorld world = Baking();
  world.accepted = false;
  world.requests.abort = Requested("v2");
  world.Check();
  world.RunFor(10s);
  ASSERT_EQ(world.state.phase, Phase::kRollingBack);
  world.problem = "Deployment app does not exist";
  world.Check();
  EXPECT_EQ(world.state.reason, Reason::kWorkloadUnavailable);
  EXPECT_THAT(world.state.message, StartsWith("Deployment app does not exist. Moving all"));
  world.problem.clear();
  world.accepted = true;
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack));
  EXPECT_EQ(world.state.rejected_reason, Reason::kAbortedByPerson);
}

TEST(WaitsTest, ADriftBeginsTheEvidenceOfTheStepAgain) {
  SmallWorld world = Baking();
  world.writer = "argocd-controller";
  while (world.now - world.state.stage_began < 2min - 10s) world.Check();
  ASSERT_EQ(world.state.step, 0);
  world.percent = 0;
  const TimePoint drifted = world.now;
  world.Check();
  EXPECT_EQ(world.state.reason, Reason::kWeightDrift);
  EXPECT_THAT(
      StatusWords(world.state),
      StartsWith("argocd-controller changed the weights of app; they are being re-asserted"));
  EXPECT_EQ(world.state.stage_began, drifted);
  EXPECT_GT(TimePoint(world.state.step_first_block * BlockLength(world.policy.prometheus)),
            drifted);
  while (world.state.step == 0) world.Check();
  EXPECT_GE(world.now - drifted, 2min);
}

TEST(WaitsTest, DriftsOfAFightAreOneLineOfTheHistoryAndThenForAPerson) {
  SmallWorld world = Baking();
  world.writer = "argocd-controller";
  const std::size_t before = world.state.history.size();
  const TimePoint began = world.now;
  for (int drift = 1; drift < 5; ++drift) {
    world.percent = 0;
    world.Check();
    ASSERT_EQ(world.state.history.size(), before + 1);
    EXPECT_EQ(world.state.history.back().reason, Reason::kWeightDrift);
    EXPECT_EQ(world.state.history.back().repeats, drift - 1);
    EXPECT_EQ(world.percent, 10);
    world.Check();
    EXPECT_EQ(world.state.reason, Reason::kBaking);
  }
  world.percent = 0;
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kPaused);
  EXPECT_EQ(StatusWords(world.state),
            "argocd-controller changed the weights of app, 5 times since " + ToSecondsText(began) +
                "; have it leave the weights to slogate, then resume");
  world.percent = 0;
  world.RunFor(10min);
  EXPECT_EQ(world.percent, 0) << "it is a person's to end the fight";
  world.requests.resume = "now";
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h));
}

TEST(WaitsTest, DriftsThatAreRareAreNoFight) {
  SmallWorld world = Baking();
  world.policy.steps[0].require = Require::kApproval;
  world.state.frozen->steps = world.policy.steps;
  for (int drift = 0; drift < 8; ++drift) {
    world.percent = 0;
    world.Check();
    world.RunFor(20min);
    EXPECT_EQ(world.state.phase, Phase::kProgressing);
  }
}

TEST(WaitsTest, AnEditInARolloutCountsFromTheNextAndIsSaid) {
  const std::string words =
      "; the policy was edited: its steps and objectives count from the next rollout";
  SmallWorld world = Baking();
  EXPECT_THAT(StatusWords(world.state), Not(HasSubstr(words)));
  const Policy before = world.policy;
  world.policy.steps[1].weight_percent = 60;
  world.Check();
  EXPECT_THAT(StatusWords(world.state), EndsWith(words));
  const std::string said = StatusWords(world.state);
  world.Check();
  EXPECT_EQ(StatusWords(world.state), said);
  world.policy = before;
  world.policy.objectives[0].target = 0.999;
  world.Check();
  EXPECT_THAT(StatusWords(world.state), EndsWith(words));
  world.policy.paused = true;
  world.Check();
  world.Check();
  ASSERT_EQ(world.state.phase, Phase::kPaused);
  EXPECT_EQ(StatusWords(world.state), "The policy is paused" + words);
  world.policy = before;
  world.policy.paused = true;
  world.Check();
  EXPECT_EQ(StatusWords(world.state), "The policy is paused");
  world.policy = before;
  world.policy.paused = false;
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h));
}

TEST(WaitsTest, APolicyThatIsNotTheOldestDoesNothing) {
  SmallWorld world;
  world.older_policy = "RolloutPolicy first is older";
  const TimePoint began = world.now;
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kPending);
  EXPECT_EQ(world.state.reason, Reason::kOlderPolicy);
  EXPECT_EQ(StatusWords(world.state), "RolloutPolicy first is older" + Since(began));
  world.Release("v2");
  world.percent = 30;
  world.RunFor(20min);
  EXPECT_THAT(world.actions, IsEmpty());
  EXPECT_EQ(world.percent, 30) << "the older one's weights are left alone";
  world.older_policy.clear();
  world.percent = 0;
  EXPECT_TRUE(world.RunTo(Phase::kReady));
}

TEST(WaitsTest, ARolloutThatMustLetAnOlderPolicyGoFirstStartsItsStepAgain) {
  SmallWorld world = Baking();
  while (world.state.step == 0) world.Check();
  RunToBaking(world);
  const std::size_t acted = world.actions.size();
  world.older_policy = "RolloutPolicy first is older";
  world.percent = 0;
  // What is counted meanwhile must not be taken for the canary's.
  world.behaviour["v2"] = {{0.5, 0.5, 0.5}};
  world.RunFor(20min);
  EXPECT_EQ(world.actions.size(), acted);
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
  world.behaviour.erase("v2");
  world.older_policy.clear();
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h));
}

}  // namespace
}  // namespace slogate::core
