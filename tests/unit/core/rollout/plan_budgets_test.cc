// Which budgets are asked for, when, and of which series.
#include <gtest/gtest.h>

#include "slogate/core/budget.h"
#include "slogate/core/decide.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using Op = LabelMatcher::Op;

std::vector<BudgetPlan> Plans(const SmallWorld& world) {
  return PlanBudgets(world.policy, world.state, {}, world.now);
}

SmallWorld WithBudget() {
  SmallWorld world;
  world.policy.budget = RolloutBudget{};
  return world;
}

TEST(PlanBudgetsTest, AsksAtRestAndWhileACandidateIsJudged) {
  SmallWorld world = WithBudget();
  for (int value = 0; value <= static_cast<int>(Phase::kSuperseded); ++value) {
    world.state.phase = static_cast<Phase>(value);
    world.state.paused_phase = Phase::kProgressing;
    const bool asks = world.state.phase == Phase::kReady || world.state.phase == Phase::kPromoted ||
                      world.state.phase == Phase::kRolledBack ||
                      world.state.phase == Phase::kProgressing ||
                      world.state.phase == Phase::kPaused;
    EXPECT_EQ(Plans(world).size(), asks ? 3u : 0u) << ToString(world.state.phase);
  }
  world.state.paused_phase = Phase::kPromoting;
  world.state.phase = Phase::kPaused;
  EXPECT_TRUE(Plans(world).empty());
}

TEST(PlanBudgetsTest, AsksForNothingWithoutABudget) {
  SmallWorld world;
  world.state.phase = Phase::kReady;
  EXPECT_TRUE(Plans(world).empty());
}

TEST(PlanBudgetsTest, LeavesOutObjectivesWithoutABudget) {
  SmallWorld world = WithBudget();
  world.state.phase = Phase::kReady;
  world.policy.objectives[0].has_budget = false;
  world.policy.objectives[2].window = 7 * 24h;
  const std::vector<BudgetPlan> plans = Plans(world);
  ASSERT_EQ(plans.size(), 2u);
  EXPECT_EQ(plans[1].period, 7 * 24h);
}

TEST(PlanBudgetsTest, NarrowsWhatAPolicyCountsItselfToEitherTrack) {
  SmallWorld world = WithBudget();
  world.state.phase = Phase::kReady;
  world.policy.objectives[1].indicator = PromqlIndicator{.total = "a{{{.track}}}", .part = "b"};
  world.policy.tracks.canary = {{"app", Op::kEqual, "shop"}, {"track", Op::kEqual, "c.n"}};
  world.policy.tracks.baseline = {{"app", Op::kEqual, "shop"}, {"track", Op::kMatch, "base|old"}};
  const std::vector<LabelMatcher> either = {{"app", Op::kEqual, "shop"},
                                            {"track", Op::kMatch, "c\\.n|(?:base|old)"}};
  const std::vector<BudgetPlan> plans = Plans(world);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    EXPECT_EQ(plans[i].matchers, either);
    EXPECT_EQ(std::get<Indicator>(plans[i].indicator), world.policy.objectives[i].indicator);
  }
}

TEST(PlanBudgetsTest, LeavesAPromiseOfTheWholeServiceAsItIs) {
  SmallWorld world = WithBudget();
  world.state.phase = Phase::kReady;
  world.policy.tracks.canary = {{"track", Op::kEqual, "canary"}};
  world.policy.tracks.baseline = {{"track", Op::kEqual, "baseline"}};
  world.policy.objectives[0].service = "checkout";
  const std::vector<BudgetPlan> plans = Plans(world);
  EXPECT_TRUE(plans[0].matchers.empty());
  EXPECT_EQ(plans[0].service, "checkout");
  EXPECT_EQ(plans[0].objective, "errors");
  EXPECT_EQ(plans[1].service, "");
  EXPECT_EQ(plans[1].matchers.size(), 1u);
}

TEST(PlanBudgetsTest, ReadingsAreAQuarterOfTheirShortestChunkOldAtMost) {
  BudgetPlan plan;
  plan.chunk = 1h;
  plan.windows = {5min, 1h};
  plan.scrape_interval = 15s;
  EXPECT_EQ(BudgetCadence(plan), 1min);
  plan.windows = {2min, 1h};
  EXPECT_EQ(BudgetCadence(plan), 30s);
  plan.windows = {30s, 1h};
  EXPECT_EQ(BudgetCadence(plan), 15s);
  plan.chunk = 10s;
  plan.windows = {3s};
  plan.scrape_interval = 250ms;
  EXPECT_EQ(BudgetCadence(plan), 750ms);
}

}  // namespace
}  // namespace slogate::core
