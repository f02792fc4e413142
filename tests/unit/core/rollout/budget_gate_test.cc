// What each state of an error budget does to a rollout.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slogate/core/decide.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Targets of the small world's objectives: 99, 95 and 90 %.
constexpr BudgetReported kExhausted{.bad_share = 0.012};
constexpr BudgetReported kBurning{.bad_share = 0.002, .recent_bad_share = 0.2};
constexpr BudgetReported kFailed{.source = SourceProblem::kTimeout};

RolloutBudget Effects(BudgetEffect on_exhausted, BudgetEffect on_burning = BudgetEffect::kPause) {
  RolloutBudget budget;
  budget.on_exhausted = on_exhausted;
  budget.on_burning = on_burning;
  return budget;
}

RolloutBudget Capped(double max_budget_spend) {
  RolloutBudget budget;
  budget.max_budget_spend = max_budget_spend;
  return budget;
}

RolloutBudget Tightened(double below, double d) {
  RolloutBudget budget;
  budget.tighten_below = below;
  budget.tightened_d = d;
  return budget;
}

SmallWorld WithBudget(const RolloutBudget& budget = {}) {
  SmallWorld world;
  world.policy.budget = budget;
  return world;
}

SmallWorld Ready(const RolloutBudget& budget = {}) {
  SmallWorld world = WithBudget(budget);
  EXPECT_TRUE(world.RunTo(Phase::kReady));
  world.RunFor(1min);
  return world;
}

SmallWorld Baking(const RolloutBudget& budget = {}) {
  SmallWorld world = Ready(budget);
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  return world;
}

auto History(Reason reason) { return Contains(Field(&HistoryEntry::reason, reason)); }

TEST(BudgetGateTest, AnExhaustedBudgetRefusesTheStartAndAllowsItAfterwards) {
  SmallWorld world = Ready();
  world.budgets = {kExhausted};
  world.Release("v2");
  world.RunFor(10min);
  EXPECT_EQ(world.state.phase, Phase::kReady);
  EXPECT_EQ(world.state.reason, Reason::kBudgetExhausted);
  EXPECT_THAT(world.state.message, HasSubstr("errors: the error budget is exhausted, overspent"));
  EXPECT_EQ(world.percent, 0);
  world.budgets = {};
  EXPECT_TRUE(world.RunTo(Phase::kProgressing, 2min)) << world.state.message;
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
}

TEST(BudgetGateTest, ARefusedStartIsReportedOnceAndLooksAgainWithinAMinute) {
  SmallWorld world = Ready();
  world.budgets = {kExhausted};
  world.Release("v2");
  int reported = 0;
  for (int check = 0; check < 20; ++check) {
    const Decision decision = world.Check();
    for (const HistoryEntry& entry : decision.news) {
      reported += entry.reason == Reason::kBudgetExhausted ? 1 : 0;
    }
    if (world.state.reason == Reason::kBudgetExhausted) {
      EXPECT_LE(decision.requeue_after, 1min);
    }
  }
  EXPECT_EQ(reported, 1);
}

TEST(BudgetGateTest, AHoldThatOtherWaitsInterruptIsReportedOnceAndCounted) {
  SmallWorld world = Ready();
  world.budgets = {kFailed};
  world.Release("v2");
  std::size_t told = 0;
  for (int check = 0; check < 40; ++check) {
    world.accepted = check % 2 == 0;
    for (const HistoryEntry& entry : world.Check().news) {
      told += entry.reason == Reason::kBudgetUnknown ? 1 : 0;
    }
  }
  EXPECT_EQ(told, 1u);
  ASSERT_FALSE(world.state.history.empty());
  EXPECT_EQ(world.state.history.back().reason, Reason::kBudgetUnknown);
  EXPECT_GT(world.state.history.back().repeats, 5);
}

TEST(BudgetGateTest, ABurningBudgetRefusesTheStartWhereItPauses) {
  SmallWorld world = Ready(Effects(BudgetEffect::kRefuseStart));
  world.budgets = {kBurning};
  world.Release("v2");
  world.RunFor(10min);
  EXPECT_EQ(world.state.phase, Phase::kReady);
  EXPECT_EQ(world.state.reason, Reason::kBudgetBurning);
  EXPECT_THAT(world.state.message, HasSubstr("burns 20 times too fast, 80 % is left"));
}

CalendarEntry Sale(TimePoint from, double budget_factor,
                   std::optional<ChangePriority> frozen_below = {}) {
  return {"Winter sale", from, from + 2h, budget_factor, frozen_below};
}

TEST(BudgetGateTest, AFreezeRefusesTheStartWithFullBudgetsOrNoneAndEndsByItself) {
  for (const std::optional<RolloutBudget>& budget :
       {std::optional<RolloutBudget>(RolloutBudget{}), std::optional<RolloutBudget>()}) {
    SmallWorld world;
    world.policy.budget = budget;
    ASSERT_TRUE(world.RunTo(Phase::kReady));
    world.policy.calendar = {Sale(world.now, 1, ChangePriority::kHigh)};
    world.Release("v2");
    world.RunFor(90min);
    EXPECT_EQ(world.state.phase, Phase::kReady);
    EXPECT_EQ(world.state.reason, Reason::kChangesFrozen);
    EXPECT_THAT(world.state.message,
                HasSubstr("Winter sale: changes below High are frozen until "));
    EXPECT_LE(world.Check().requeue_after, 1min);
    EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  }
}

TEST(BudgetGateTest, AFreezeIsPassedByPriorityAndByAPerson) {
  SmallWorld world = Ready();
  world.policy.calendar = {Sale(world.now, 1, ChangePriority::kHigh)};
  world.policy.priority = ChangePriority::kHigh;
  world.Release("v2");
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
  world.policy.priority = ChangePriority::kLow;
  world.Release("v3");
  world.RunFor(10min);
  ASSERT_EQ(world.state.reason, Reason::kChangesFrozen);
  world.requests.resume = "yes by ann";
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
}

TEST(BudgetGateTest, AFreezeLeavesARunningRolloutAlone) {
  SmallWorld world = Baking(Effects(BudgetEffect::kPause, BudgetEffect::kPause));
  world.policy.calendar = {Sale(world.now, 1, ChangePriority::kEmergency)};
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
}

TEST(BudgetGateTest, ExhaustionIsJudgedByTheBudgetOfTheDay) {
  SmallWorld world = Ready();
  world.budgets = {{.bad_share = 0.006}};
  world.policy.calendar = {Sale(world.now, 0.5)};
  world.Release("v2");
  world.RunFor(10min);
  EXPECT_EQ(world.state.reason, Reason::kBudgetExhausted) << world.state.message;
  world.policy.calendar = {};
  EXPECT_TRUE(world.RunTo(Phase::kProgressing, 2min)) << world.state.message;
}

TEST(BudgetGateTest, AResumeStartsARefusedRolloutDespiteTheBudget) {
  SmallWorld world = Ready();
  world.requests.resume = "from before";
  world.budgets = {kExhausted};
  world.Release("v2");
  world.RunFor(10min);
  ASSERT_EQ(world.state.phase, Phase::kReady) << "a resume from before is not about this";
  world.requests.resume = "yes by ann";
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
  EXPECT_THAT(world.state.waived, IsEmpty());
}

TEST(BudgetGateTest, WhatWasWaivedInOneAttemptIsRequestedInTheNext) {
  SmallWorld world = Ready();
  world.budgets = {kExhausted};
  world.Release("v2");
  world.RunFor(2min);
  world.requests.resume = "yes by ann";
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 1h));
  world.Release("v3");
  world.RunFor(10min);
  EXPECT_EQ(world.state.phase, Phase::kPromoted);
  EXPECT_EQ(world.state.reason, Reason::kBudgetExhausted);
}

TEST(BudgetGateTest, ABudgetThatIgnoresOnlyTells) {
  SmallWorld world = Ready(Effects(BudgetEffect::kIgnore, BudgetEffect::kIgnore));
  world.budgets = {{.bad_share = 0.012, .recent_bad_share = 0.5}, kFailed};
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kProgressing, 2min)) << world.state.message;
  ASSERT_EQ(world.state.budgets.size(), 3u);
  EXPECT_TRUE(world.state.budgets[0].exhausted);
  EXPECT_TRUE(world.state.budgets[0].burning);
  EXPECT_FALSE(world.state.budgets[1].known);
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
}

TEST(BudgetGateTest, RefuseStartDoesNotHoldARunningRollout) {
  SmallWorld world = Baking(Effects(BudgetEffect::kRefuseStart));
  world.budgets = {kExhausted};
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
}

TEST(BudgetGateTest, ABudgetThatHoldsKeepsTheWeightAndGoesOnByItself) {
  SmallWorld world = Baking(Effects(BudgetEffect::kHold));
  world.budgets = {kExhausted};
  world.RunFor(30min);
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
  EXPECT_EQ(world.state.step, 0);
  EXPECT_EQ(world.percent, 10);
  EXPECT_EQ(world.state.reason, Reason::kBudgetExhausted);
  EXPECT_THAT(world.state.message, HasSubstr("step 1 of 2 is done and waits: errors"));
  world.budgets = {};
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
}

TEST(BudgetGateTest, AFaultFoundWhileABudgetHoldsRollsBack) {
  SmallWorld world = Baking(Effects(BudgetEffect::kHold));
  world.budgets = {kExhausted};
  world.RunFor(10min);
  ASSERT_EQ(world.state.reason, Reason::kBudgetExhausted);
  world.behaviour["v2"] = {{0.2, 0.02, 0.05}};
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 30min)) << world.state.message;
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryWorse);
}

TEST(BudgetGateTest, ABurnPausesAndItsEndResumes) {
  SmallWorld world = Baking();
  world.budgets = {kBurning};
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 2min));
  EXPECT_EQ(world.state.reason, Reason::kBudgetBurning);
  world.RunFor(20min);
  EXPECT_EQ(world.state.phase, Phase::kPaused);
  EXPECT_EQ(world.percent, 10);
  world.budgets = {};
  const TimePoint ended = world.now;
  ASSERT_TRUE(world.RunTo(Phase::kProgressing, 2min));
  EXPECT_GE(world.state.stage_began, ended) << "the step's time begins again";
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
  EXPECT_THAT(world.state.history, History(Reason::kBudgetBurning));
}

TEST(BudgetGateTest, AFaultFoundWhilePausedRollsBack) {
  SmallWorld world = Baking();
  world.budgets = {kBurning};
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 2min));
  world.behaviour["v2"] = {{0.2, 0.02, 0.05}};
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 30min)) << world.state.message;
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryWorse);
}

// The checks of two rollouts that differ in nothing but a burn, which begins with the check that
// finds the canary worse.
TEST(BudgetGateTest, AFaultFoundTogetherWithItsBurnRollsBack) {
  const auto bad_canary = [] {
    SmallWorld world = Baking();
    world.behaviour["v2"] = {{0.2, 0.02, 0.05}};
    return world;
  };
  SmallWorld calm = bad_canary();
  int checks = 0;
  while (calm.state.phase == Phase::kProgressing && checks < 1000) {
    calm.Check();
    ++checks;
  }
  ASSERT_EQ(calm.state.phase, Phase::kRollingBack) << calm.state.message;
  SmallWorld burning = bad_canary();
  for (int i = 1; i < checks; ++i) burning.Check();
  ASSERT_EQ(burning.state.phase, Phase::kProgressing);
  burning.budgets = {kBurning};
  burning.Check();
  EXPECT_EQ(burning.state.phase, Phase::kRollingBack) << burning.state.message;
  EXPECT_EQ(burning.state.rejected_reason, Reason::kCanaryWorse);
  EXPECT_THAT(burning.state.history, Not(History(Reason::kBudgetBurning)));
}

TEST(BudgetGateTest, APauseIsNotLiftedByNotKnowing) {
  SmallWorld world = Baking();
  world.budgets = {kBurning};
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 2min));
  world.budgets = {kFailed};
  world.RunFor(10min);
  EXPECT_EQ(world.state.phase, Phase::kPaused);
  world.budgets = {};
  EXPECT_TRUE(world.RunTo(Phase::kProgressing, 2min));
}

TEST(BudgetGateTest, AResumeGoesOnDespiteTheBurnButNotDespiteWhatComesLater) {
  SmallWorld world = Baking(Effects(BudgetEffect::kPause));
  world.budgets = {kBurning};
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 2min));
  world.requests.resume = "yes by ann";
  ASSERT_TRUE(world.RunTo(Phase::kProgressing, 2min));
  world.RunFor(1min);
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
  world.budgets = {kExhausted};
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 2min));
  EXPECT_EQ(world.state.reason, Reason::kBudgetExhausted);
}

TEST(BudgetGateTest, ABudgetThatCannotBeReadHoldsAndNeverPauses) {
  SmallWorld world = Baking();
  world.budgets = {kFailed};
  world.RunFor(2h);
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
  EXPECT_EQ(world.percent, 10);
  EXPECT_EQ(world.state.reason, Reason::kBudgetUnknown);
  EXPECT_THAT(world.state.message, HasSubstr("cannot be read: Timeout"));
  world.budgets = {};
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
}

TEST(BudgetGateTest, CountsThatAreNoNumbersHoldToo) {
  SmallWorld world = Ready();
  world.budgets = {{.problem = CountProblem::kNotANumber}};
  world.Release("v2");
  world.RunFor(10min);
  EXPECT_EQ(world.state.phase, Phase::kReady);
  EXPECT_EQ(world.state.reason, Reason::kBudgetUnknown);
}

TEST(BudgetGateTest, AReadingThatIsMissingHolds) {
  SmallWorld world = Ready();
  world.budgets_read = false;
  world.Release("v2");
  world.RunFor(10min);
  EXPECT_EQ(world.state.phase, Phase::kReady);
  EXPECT_EQ(world.state.reason, Reason::kBudgetUnknown);
}

TEST(BudgetGateTest, AYoungBudgetIsNotExhausted) {
  SmallWorld world = Ready();
  world.budgets = {{.bad_share = 0.012, .young = true}};
  world.Release("v2");
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
  EXPECT_TRUE(world.state.budgets[0].provisional);
}

TEST(BudgetGateTest, AYoungBudgetBurnsWhereItsWindowsAreFilled) {
  SmallWorld world = Ready();
  world.budgets = {kBurning};
  world.budgets[0].young = true;
  world.Release("v2");
  world.RunFor(10min);
  EXPECT_EQ(world.state.reason, Reason::kBudgetBurning);
}

TEST(BudgetGateTest, AServiceWithoutEventsIsReleased) {
  SmallWorld world = Ready();
  world.budgets = {{.events = 0}};
  world.Release("v2");
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
}

TEST(BudgetGateTest, AnObjectiveThatAdvisesGatesNothing) {
  SmallWorld world = Ready();
  world.policy.objectives[2].mode = Mode::kReport;
  world.budgets = {{}, {}, {.bad_share = 0.5, .recent_bad_share = 1}};
  world.Release("v2");
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
}

TEST(BudgetGateTest, ACanaryThatSpendsMoreThanItMayPausesUntilAPersonResumes) {
  SmallWorld world = Baking(Capped(0.02));
  // Twice the baseline's errors, on a tenth of the traffic, of a small budget.
  world.behaviour["v2"] = {{0.007, 0.02, 0.05}};
  world.policy.comparison.alpha = 1e-9;
  world.budgets = {{.events = 1000}, {.events = 1e9}, {.events = 1e9}};
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 30min)) << world.state.message;
  EXPECT_EQ(world.state.reason, Reason::kBudgetSpent);
  EXPECT_THAT(world.state.message, HasSubstr("the most allowed is 2 %"));
  EXPECT_GT(world.state.budgets[0].spent_percent, 2);
  world.RunFor(30min);
  ASSERT_EQ(world.state.phase, Phase::kPaused) << "it is not lifted by time";
  world.requests.resume = "yes by ann";
  ASSERT_TRUE(world.RunTo(Phase::kProgressing, 2min));
  world.RunFor(2min);
  EXPECT_NE(world.state.reason, Reason::kBudgetSpent);
}

TEST(BudgetGateTest, ACanaryLikeItsBaselineSpendsNothingMuch) {
  SmallWorld world = Baking(Capped(0.05));
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
}

TEST(BudgetGateTest, LittleLeftTightensTheMarginOfARolloutThatBegins) {
  SmallWorld world = Baking();
  const double usual = world.state.frozen->objectives[0].parameters.delta;
  SmallWorld tight = Ready(Tightened(0.5, 0.01));
  tight.budgets = {{.bad_share = 0.008}};
  tight.Release("v2");
  while (tight.state.stage != StepStage::kBaking) tight.Check();
  const std::vector<FrozenObjective>& frozen = tight.state.frozen->objectives;
  EXPECT_DOUBLE_EQ(frozen[0].parameters.delta, usual / 5);
  EXPECT_TRUE(frozen[0].calibration.tightened);
  EXPECT_FALSE(frozen[1].calibration.tightened);
  EXPECT_DOUBLE_EQ(frozen[1].parameters.delta, world.state.frozen->objectives[1].parameters.delta);
}

TEST(BudgetGateTest, AMarginIsNeverTightenedDuringARolloutNorWidened) {
  SmallWorld world = Baking(Tightened(0.5, 0.2));
  const FrozenParameters before = *world.state.frozen;
  world.budgets = {{.bad_share = 0.008}};
  world.RunFor(3min);
  ASSERT_TRUE(world.state.frozen.has_value());
  EXPECT_EQ(*world.state.frozen, before);
  EXPECT_FALSE(before.objectives[0].calibration.tightened);
}

TEST(BudgetGateTest, APersonsPromotionPassesOverABudgetThatHolds) {
  SmallWorld world = Baking(Effects(BudgetEffect::kHold));
  world.budgets = {kExhausted};
  world.RunFor(10min);
  ASSERT_EQ(world.state.reason, Reason::kBudgetExhausted);
  world.requests.promote = Requested("v2");
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 5min)) << world.state.message;
}

TEST(BudgetGateTest, AnApprovalDoesNotPassOverABudget) {
  SmallWorld world = WithBudget(Effects(BudgetEffect::kHold));
  world.policy.steps[0].require = Require::kApproval;
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.RunFor(1min);
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  world.budgets = {kExhausted};
  world.requests.approve = Requested("v2", 1);
  world.RunFor(10min);
  EXPECT_EQ(world.state.step, 0);
  EXPECT_EQ(world.state.reason, Reason::kBudgetExhausted);
  world.budgets = {};
  world.RunFor(1min);
  EXPECT_EQ(world.state.step, 1);
}

TEST(BudgetGateTest, ABudgetThatBeginsToHoldBeforeTheFirstWeightKeepsItFromMoving) {
  SmallWorld world = Ready();
  world.pods_start = false;
  world.Release("v2");
  world.RunFor(30s);
  ASSERT_EQ(world.state.phase, Phase::kProgressing);
  world.budgets = {kExhausted};
  world.pods_start = true;
  world.percents_seen.clear();
  world.RunFor(10min);
  EXPECT_THAT(world.percents_seen, Each(0));
  EXPECT_EQ(world.state.reason, Reason::kBudgetExhausted);
  world.budgets = {};
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
}

TEST(BudgetGateTest, ANewerRevisionSupersedesOneThatIsPausedForABudget) {
  SmallWorld world = Baking();
  world.budgets = {kBurning};
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 2min));
  world.Release("v3");
  ASSERT_TRUE(world.RunTo(Phase::kReady, 5min)) << world.state.message;
  world.RunFor(5min);
  EXPECT_EQ(world.state.reason, Reason::kBudgetBurning);
  EXPECT_EQ(world.percent, 0);
  world.budgets = {};
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
  EXPECT_EQ(world.baseline.revision, "v3");
}

TEST(BudgetGateTest, APolicyThatStopsAskingLiftsThePause) {
  SmallWorld world = Baking();
  world.budgets = {kBurning};
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 2min));
  world.policy.budget.reset();
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
  EXPECT_THAT(world.state.budgets, IsEmpty());
}

TEST(BudgetGateTest, ExternalPromotionIsHeldAsWell) {
  SmallWorld world(Promotion::kExternal);
  world.policy.budget = RolloutBudget{};
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.RunFor(1min);
  world.budgets = {kBurning};
  world.Release("v2");
  world.RunFor(10min);
  EXPECT_EQ(world.state.reason, Reason::kBudgetBurning);
  world.budgets = {};
  EXPECT_TRUE(world.RunTo(Phase::kPromoting, 1h)) << world.state.message;
  world.budgets = {kBurning};
  world.CarryOver("v2");
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 10min)) << "what is shown is finished";
}

TEST(BudgetGateTest, ADryRunIsPausedAsARealOneWouldBe) {
  SmallWorld world = Ready();
  world.policy.dry_run = true;
  world.budgets = {kBurning};
  world.Release("v2");
  world.RunFor(5min);
  EXPECT_EQ(world.state.reason, Reason::kBudgetBurning);
  EXPECT_THAT(world.percents_seen, Not(Contains(10)));
}

}  // namespace
}  // namespace slogate::core
