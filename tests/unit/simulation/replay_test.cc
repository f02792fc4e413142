#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "simulation/stream.h"
#include "simulation/trial.h"
#include "unit/simulation/scenarios.h"

namespace slogate::simulation {
namespace {

using namespace std::chrono_literals;
using core::Phase;
using core::Reason;

class ReplayTest : public testing::Test {
 protected:
  static core::Block Good(std::int64_t index) {
    core::Block block;
    block.index = index;
    block.objectives.resize(1);
    block.objectives.front().counts = {{.total = 750, .bad = 3}, {.total = 750, .bad = 4}};
    return block;
  }

  static core::Policy TwoSteps() {
    Scenario scenario = Steady();
    scenario.steps = {SteadyStep(10, 1min), SteadyStep(50, 5min)};
    scenario.steps.front().require = core::Require::kNoHarmSeen;
    return PolicyOf(scenario);
  }
};

TEST_F(ReplayTest, FirstBlockIsTheFirstEvidence) {
  core::Policy policy = TwoSteps();
  policy.routes.front().settle_time = 5s;
  const Replay replay(policy, {}, 100);
  EXPECT_EQ(replay.State().phase, Phase::kProgressing);
  EXPECT_EQ(replay.State().stage, core::StepStage::kBaking);
  EXPECT_EQ(replay.State().step_first_block, 100);
  EXPECT_EQ(replay.WeightPercent(), 10);
  EXPECT_FALSE(replay.HasEnded());
}

TEST_F(ReplayTest, WalksThroughTheStepsToPromotion) {
  const core::Policy policy = TwoSteps();
  Replay replay(policy, {}, 0);
  std::vector<std::int64_t> reported;
  std::int64_t block = 0;
  for (; block < 200 && !replay.HasEnded(); ++block) {
    if (!replay.Close(Good(block)).empty()) reported.push_back(block);
    if (block == 3) {
      EXPECT_EQ(replay.WeightPercent(), 50);
      // The block in which the weights move is nobody's evidence.
      EXPECT_EQ(replay.State().step_first_block, 5);
    }
  }
  EXPECT_EQ(replay.State().phase, Phase::kPromoting);
  EXPECT_EQ(reported, (std::vector<std::int64_t>{3, block - 1}));
}

TEST_F(ReplayTest, AgreesWithOneLookAtAllBlocks) {
  const Scenario scenario = WithFault(1.5);
  const core::Policy policy = PolicyOf(scenario);
  Stream stream(scenario, 3);
  const core::HistoryReading history = stream.History();
  Replay replay(policy, history, 0);
  const core::RolloutState start = replay.State();
  core::Observations world = IdealWorld(policy, start);
  world.evidence.emplace();
  for (int block = 0; block < 60; ++block) {
    world.evidence->blocks.push_back(stream.Next(10).seen);
    replay.Close(world.evidence->blocks.back());
  }
  const core::TimePoint now(60 * scenario.block_length + policy.prometheus.scrape_interval);
  const core::Decision whole = core::Decide(policy, start, world, now);
  ASSERT_EQ(replay.State().verdicts.size(), 1U);
  EXPECT_EQ(replay.State().verdicts[0].evidence.rollback, whole.verdicts[0].evidence.rollback);
  EXPECT_EQ(replay.State().verdicts[0].evidence.promotion, whole.verdicts[0].evidence.promotion);
  EXPECT_EQ(replay.State().verdicts[0].counts, whole.verdicts[0].counts);
}

TEST_F(ReplayTest, PausedRolloutsGoOnGatheringEvidence) {
  core::Policy policy = TwoSteps();
  policy.steps.back().max_duration = 5min;
  policy.steps.back().min_events = 1e9;  // never reached: the step times out
  Replay replay(policy, {}, 0);
  std::int64_t block = 0;
  while (block < 100 && replay.State().phase != Phase::kPaused) replay.Close(Good(block++));
  ASSERT_EQ(replay.State().phase, Phase::kPaused);
  for (int i = 0; i < 40 && !replay.HasEnded(); ++i) {
    core::Block bad = Good(block++);
    bad.objectives.front().counts.canary.bad = 20;
    replay.Close(bad);
  }
  EXPECT_EQ(replay.State().phase, Phase::kRollingBack);
  EXPECT_EQ(replay.State().rejected_reason, Reason::kCanaryWorse);
}

TEST_F(ReplayTest, SaysNothingAfterTheEnd) {
  const core::Policy policy = TwoSteps();
  Replay replay(policy, {}, 0);
  std::int64_t block = 0;
  while (!replay.HasEnded() && block < 200) replay.Close(Good(block++));
  ASSERT_TRUE(replay.HasEnded());
  EXPECT_THAT(replay.Close(Good(block)), testing::IsEmpty());
}

// Whatever kind of policy: its pods and routes never hold a replay up.
TEST_F(ReplayTest, PlaysEveryKindOfPolicy) {
  core::Policy external = TwoSteps();
  external.workload.promotion = core::Promotion::kExternal;
  core::Policy few_pods = TwoSteps();
  few_pods.workload.canary_scale.replicas = 2;
  core::Policy counted = TwoSteps();
  counted.routes.front().kind = "Service";
  core::Policy two_routes = TwoSteps();
  two_routes.routes.push_back(two_routes.routes.front());
  for (const core::Policy& policy : {external, few_pods, counted, two_routes}) {
    Replay replay(policy, {}, 7);
    EXPECT_EQ(replay.State().step_first_block, 7);
    std::int64_t block = 7;
    while (!replay.HasEnded() && block < 200) replay.Close(Good(block++));
    EXPECT_EQ(replay.State().phase, Phase::kPromoting);
  }
}

}  // namespace
}  // namespace slogate::simulation
