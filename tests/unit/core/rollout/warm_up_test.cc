#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slogate/core/freeze.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr Duration kWarmUp = 10min;

SmallWorld Released(std::optional<Duration> warm_up, double bad_share) {
  SmallWorld world;
  world.policy.warm_up = warm_up;
  for (Step& step : world.policy.steps) step.min_duration = 10min;
  EXPECT_TRUE(world.RunTo(Phase::kReady)) << world.state.message;
  for (Behaviour* both : {&world.behaviour["v1"], &world.behaviour["v2"]}) {
    both->bad_share.assign(world.policy.objectives.size(), 0.005);
  }
  world.behaviour["v2"].bad_share.assign(world.policy.objectives.size(), bad_share);
  world.Release("v2");
  return world;
}

// Runs on until the canary has had its first weight for so long.
bool RunPastWeight(SmallWorld& world, Duration length) {
  for (int check = 0; check < 1000 && world.percent == 0; ++check) world.Check();
  if (world.percent == 0) return false;
  world.RunFor(length);
  return true;
}

TEST(WarmUpRolloutTest, ACanaryThatIsWorseAtFirstIsPromotedWhereItWarmsUp) {
  for (const bool warms_up : {true, false}) {
    SmallWorld world = Released(warms_up ? kWarmUp : 0s, 0.025);
    ASSERT_TRUE(RunPastWeight(world, kWarmUp));
    world.behaviour["v2"] = world.behaviour["v1"];
    EXPECT_EQ(world.RunTo(Phase::kPromoted, 5h), warms_up) << world.state.message;
  }
}

TEST(WarmUpRolloutTest, OneThatStaysWorseIsRolledBackAfterIt) {
  SmallWorld world = Released(kWarmUp, 0.025);
  ASSERT_TRUE(RunPastWeight(world, kWarmUp));
  EXPECT_EQ(world.state.phase, Phase::kProgressing) << world.state.message;
  EXPECT_THAT(world.state.message, HasSubstr("The canary warms up for 10 min in step 1 of "));
  EXPECT_TRUE(world.RunTo(Phase::kRolledBack, 10min)) << world.state.message;
}

TEST(WarmUpRolloutTest, AnOutageIsRolledBackDuringIt) {
  for (const double bad_share : {0.2, 1.0}) {
    SmallWorld world = Released(30min, bad_share);
    EXPECT_TRUE(world.RunTo(Phase::kRolledBack, 5min)) << world.state.message;
    EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryWorse);
  }
}

TEST(WarmUpRolloutTest, AStepLastsForItsLeastDurationAfterIt) {
  const auto length_of_step = [](Duration warm_up) {
    SmallWorld world = Released(warm_up, 0.005);
    EXPECT_TRUE(RunPastWeight(world, 0s));
    const TimePoint begin = world.now;
    while (world.state.step == 0 && world.now - begin < 5h) world.Check();
    EXPECT_EQ(world.state.step, 1) << world.state.message;
    return world.now - begin;
  };
  EXPECT_GE(length_of_step(10min), length_of_step(0s) + 10min);
}

TEST(WarmUpRolloutTest, EveryStepHasOne) {
  SmallWorld world = Released(kWarmUp, 0.005);
  ASSERT_TRUE(world.policy.steps.size() > 1);
  ASSERT_TRUE(RunPastWeight(world, 0s));
  for (int check = 0; check < 5000 && world.state.step == 0; ++check) world.Check();
  ASSERT_EQ(world.state.step, 1) << world.state.message;
  world.RunFor(4min);
  EXPECT_THAT(world.state.message, HasSubstr("The canary warms up for 10 min in step 2 of "));
}

TEST(WarmUpRolloutTest, IsFrozenAsThePolicySaysOrAsTheHistoryShows) {
  SmallWorld world;
  HistoryReading history;
  ObjectiveHistory& objective = history.objectives.emplace_back();
  objective.blocks.resize(960);
  for (const std::size_t born : {0U, 0U, 400U}) {
    PodHistory& pod = objective.pods.emplace_back();
    pod.pod = "shop-" + std::to_string(objective.pods.size());
    for (std::size_t i = 0; i < objective.blocks.size(); ++i) {
      // Twelve blocks of 15 s.
      const bool warms_up = born > 0 && i < born + 12;
      const Counts counts{i < born ? 0.0 : 1000.0, i < born ? 0.0 : warms_up ? 50.0 : 5.0};
      pod.blocks.push_back(counts);
      objective.blocks[i].total += counts.total;
      objective.blocks[i].bad += counts.bad;
    }
  }
  world.policy.prometheus.scrape_interval = 3750ms;
  const auto frozen = [&] { return Freeze(world.policy, {}, history, world.now).warm_up; };
  EXPECT_EQ(frozen(), 3min);
  world.policy.warm_up = 90s;
  EXPECT_EQ(frozen(), 90s);
  world.policy.warm_up = 0s;
  EXPECT_EQ(frozen(), 0s);
}

}  // namespace
}  // namespace slogate::core
