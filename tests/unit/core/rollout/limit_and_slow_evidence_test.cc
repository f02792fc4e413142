#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/rollout/judgement.h"
#include "slogate/core/freeze.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

SmallWorld Ready() {
  SmallWorld world;
  EXPECT_TRUE(world.RunTo(Phase::kReady)) << world.state.message;
  return world;
}

// Of one objective: 100 requests a second, half a percent of them bad, in groups of `burst`.
ObjectiveHistory History(const SmallWorld& world, int burst) {
  ObjectiveHistory history;
  const Duration block = BlockLength(world.policy.prometheus);
  const double total = 0.1 * static_cast<double>(block.count());
  for (int i = 0; i < 4h / block; ++i) {
    history.blocks.push_back({total, i % burst == 0 ? total * 0.005 * burst : 0});
  }
  return history;
}

LogEvidence Evidence(double whole, double limit) {
  LogEvidence evidence;
  evidence.rollback = std::log(whole);
  evidence.limit = std::log(limit);
  return evidence;
}

Attribution Find(double whole, double limit) {
  FrozenParameters frozen;
  frozen.objectives.emplace_back().name = "errors";
  frozen.objectives.front().parameters.limit = 0.02;
  return FindAttribution(frozen, {Evidence(whole, limit)});
}

// A fifth of the objective's weight: the mean is what reaches 1/alpha.
TEST(LimitWeightTest, SharesTheOneAlpha) {
  EXPECT_FALSE(Find(1, 490).shown_worse);
  const Attribution limit = Find(1, 500);
  EXPECT_TRUE(limit.shown_worse);
  EXPECT_TRUE(limit.limits_only);
  EXPECT_THAT(limit.failed_objectives, ElementsAre("errors (limit)"));
  EXPECT_FALSE(Find(124, 1).shown_worse);
  const Attribution whole = Find(126, 1);
  EXPECT_TRUE(whole.shown_worse);
  EXPECT_FALSE(whole.limits_only);
  EXPECT_THAT(whole.failed_objectives, ElementsAre("errors"));
  EXPECT_THAT(Find(2000, 2000).failed_objectives, ElementsAre("errors", "errors (limit)"));
  EXPECT_FALSE(Find(2000, 2000).limits_only);
}

TEST(LimitTest, ACanaryThatBreaksItWithItsBaselineIsRolledBackAndBothRatesAreSaid) {
  SmallWorld world = Ready();
  world.policy.objectives[0].limit = 2;  // 2 %
  world.behaviour["v1"] = {{0.06, 0.02, 0.05}};
  world.behaviour["v2"] = {{0.06, 0.02, 0.05}};
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 2h)) << world.state.message;
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryBreaksLimit);
  EXPECT_THAT(world.state.failed_objectives, ElementsAre("errors (limit)"));
  EXPECT_THAT(world.state.history,
              Contains(Field(&HistoryEntry::message,
                             HasSubstr("which breaks it as well: check for an incident of both"))));
}

TEST(LimitTest, WithoutOneTheSameCanaryIsPromoted) {
  SmallWorld world = Ready();
  world.behaviour["v1"] = {{0.06, 0.02, 0.05}};
  world.behaviour["v2"] = {{0.06, 0.02, 0.05}};
  world.Release("v2");
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 3h)) << world.state.message;
}

TEST(LimitTest, ACanaryWithinItIsPromoted) {
  SmallWorld world = Ready();
  world.policy.objectives[0].limit = 2;
  world.Release("v2");
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 3h)) << world.state.message;
}

TEST(SlowEvidenceTest, HoldsAnEarlyStepUntilATriplingWouldBeSeenAndSaysSoBefore) {
  SmallWorld world = Ready();
  for (int i = 0; i < 3; ++i) world.histories.push_back(History(world, 1));
  world.histories[0] = History(world, 12);
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  ASSERT_TRUE(world.state.frozen);
  const FrozenObjective& slow = world.state.frozen->objectives[0];
  ASSERT_FALSE(slow.slow_steps.empty());
  EXPECT_TRUE(world.state.frozen->objectives[1].slow_steps.empty());
  EXPECT_THAT(world.state.history, Contains(Field(&HistoryEntry::reason, Reason::kSlowEvidence)));

  const Duration needed = slow.slow_steps[0] * world.state.frozen->block_length;
  ASSERT_GT(needed, 6min);
  world.RunFor(4min);
  EXPECT_EQ(world.state.reason, Reason::kSlowEvidence) << world.state.message;
  EXPECT_THAT(world.state.message, HasSubstr("errors: evidence is slowed"));
  EXPECT_EQ(world.percent, 10);
  world.RunFor(needed);
  EXPECT_GT(world.state.step, 0) << world.state.message;
}

TEST(SlowEvidenceTest, AGateThatJudgesOnceHasNoStepsToHold) {
  FrozenObjective objective;
  objective.name = "errors";
  objective.slow_steps = {1000};
  Block block;
  block.objectives.push_back({.counts = {{10'000, 10}, {90'000, 90}}});
  const auto verdicts = JudgeOnce({objective}, {block}, 0.01, 0.05);
  EXPECT_NE(verdicts.front().reason, Reason::kSlowEvidence);
}

}  // namespace
}  // namespace slogate::core
