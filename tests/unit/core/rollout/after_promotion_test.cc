// What is said of a revision that was promoted a short while ago, and that nothing is done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slogate/core/decide.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SmallWorld Promoted(int restarts_before = 0) {
  SmallWorld world;
  world.policy.budget.emplace().on_exhausted = BudgetEffect::kIgnore;
  world.baseline.restarts = restarts_before;
  EXPECT_TRUE(world.RunTo(Phase::kReady));
  world.Release("v2");
  EXPECT_TRUE(world.RunTo(Phase::kPromoting, 2h));
  world.baseline.restarts = 0;
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 1h)) << world.state.message;
  world.RunFor(2min);
  world.actions.clear();
  return world;
}

std::vector<HistoryEntry> Warnings(const SmallWorld& world) {
  std::vector<HistoryEntry> warnings;
  for (const HistoryEntry& entry : world.state.history) {
    if (IsAfterPromotion(entry.reason)) warnings.push_back(entry);
  }
  return warnings;
}

TEST(AfterPromotionTest, ABudgetThatBurnsIsToldOnceAndShownWhileItDoes) {
  SmallWorld world = Promoted();
  EXPECT_EQ(world.state.reason, Reason::kPromoted);
  world.budgets = {{.bad_share = 0.001, .recent_bad_share = 0.5}};
  world.RunFor(5min);
  EXPECT_EQ(world.state.phase, Phase::kPromoted);
  EXPECT_EQ(world.state.reason, Reason::kBurnsAfterPromotion);
  EXPECT_THAT(world.state.message, HasSubstr("the error budget of errors burns too fast"));
  EXPECT_THAT(world.state.message, HasSubstr("gate undo"));
  world.budgets.clear();
  world.RunFor(5min);
  EXPECT_EQ(world.state.reason, Reason::kPromoted);
  world.budgets = {{.bad_share = 0.001, .recent_bad_share = 0.5}};
  world.RunFor(5min);
  EXPECT_EQ(world.state.reason, Reason::kBurnsAfterPromotion);
  ASSERT_EQ(Warnings(world).size(), 1u);
  EXPECT_TRUE(IsWarning(Warnings(world)[0]));
  EXPECT_THAT(world.actions, IsEmpty()) << "people act";
}

TEST(AfterPromotionTest, RestartsAreHeldAgainstThoseOfThePodsBefore) {
  SmallWorld world = Promoted(5);
  EXPECT_EQ(world.state.after_promotion.restarts_before, 5);
  world.baseline.restarts = 5;
  world.RunFor(2min);
  EXPECT_THAT(Warnings(world), IsEmpty());
  world.baseline.restarts = 6;
  world.RunFor(2min);
  world.baseline.restarts = 9;
  world.RunFor(2min);
  ASSERT_EQ(Warnings(world).size(), 1u);
  EXPECT_EQ(world.state.reason, Reason::kRestartsAfterPromotion);
  EXPECT_THAT(world.state.message, HasSubstr("more than 5 times"));
  EXPECT_THAT(world.actions, IsEmpty());
}

TEST(AfterPromotionTest, EachCauseIsTold) {
  SmallWorld world = Promoted();
  world.baseline.restarts = 4;
  world.budgets = {{.recent_bad_share = 0.5}, {.recent_bad_share = 0.5}};
  world.RunFor(5min);
  EXPECT_EQ(Warnings(world).size(), 3u);
}

// Such as the release that ends an incident: the long window remembers it for an hour.
TEST(AfterPromotionTest, ABudgetThatBurnedBeforeTheRolloutIsNotItsDoing) {
  SmallWorld world;
  world.policy.budget.emplace() = {.on_exhausted = BudgetEffect::kIgnore,
                                   .on_burning = BudgetEffect::kIgnore,
                                   .max_budget_spend = {},
                                   .tighten_below = {},
                                   .tightened_d = 0};
  world.budgets = {{.recent_bad_share = 0.5}};
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.RunFor(2min);
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  world.RunFor(5min);
  EXPECT_THAT(Warnings(world), IsEmpty());
  world.budgets.push_back({.recent_bad_share = 0.5});
  world.RunFor(5min);
  ASSERT_EQ(Warnings(world).size(), 1u);
  EXPECT_THAT(Warnings(world)[0].message, HasSubstr("the error budget of latency"));
}

TEST(AfterPromotionTest, AfterTheWatchNothingIsSaid) {
  SmallWorld world = Promoted();
  world.baseline.restarts = 10;
  world.RunFor(2min);
  EXPECT_EQ(world.state.reason, Reason::kRestartsAfterPromotion);
  world.RunFor(30min);
  EXPECT_EQ(world.state.reason, Reason::kPromoted);
  world.budgets = {{.recent_bad_share = 0.5}};
  world.RunFor(1h);
  EXPECT_EQ(Warnings(world).size(), 1u);
}

TEST(AfterPromotionTest, AWatchOfZeroSaysNothing) {
  SmallWorld world = Promoted();
  world.policy.watch_after_promotion = 0min;
  world.baseline.restarts = 10;
  world.budgets = {{.recent_bad_share = 0.5}};
  world.RunFor(10min);
  EXPECT_THAT(Warnings(world), IsEmpty());
}

TEST(AfterPromotionTest, WhatCannotBeReadIsNoWarning) {
  SmallWorld world = Promoted();
  world.budgets = {{.source = SourceProblem::kUnreachable}};
  world.RunFor(10min);
  EXPECT_THAT(Warnings(world), IsEmpty());
  EXPECT_EQ(world.state.reason, Reason::kPromoted);
}

TEST(AfterPromotionTest, ARevisionThatSomebodyElseLetRollOutIsNotTheOneThatWasPromoted) {
  SmallWorld world = Promoted();
  world.template_revision = "v3";
  world.RollOut();
  world.baseline.restarts = 10;
  world.RunFor(10min);
  EXPECT_THAT(Warnings(world), IsEmpty());
}

TEST(AfterPromotionTest, TheNextAttemptBeginsWithoutWarnings) {
  SmallWorld world = Promoted();
  world.baseline.restarts = 10;
  world.RunFor(2min);
  world.Release("v3");
  ASSERT_TRUE(world.RunTo(Phase::kProgressing, 5min)) << world.state.message;
  EXPECT_EQ(world.state.after_promotion, (AfterPromotion{10, {}, {}}));
}

}  // namespace
}  // namespace slogate::core
