// A checkpoint may be taken at any look: what is decided then is what all blocks would decide.
#include <gtest/gtest.h>

#include <random>

#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

struct Case {
  double factor;
  unsigned seed;
};

class FoldTest : public ::testing::TestWithParam<Case> {};

// Evidence alone is followed: the world is fixed, with all pods and weights as intended.
Observations At(const Policy& policy, const RolloutState& state) {
  Observations seen;
  seen.workload.canary = {.exists = true,
                          .revision = "v2",
                          .pod_template_hash = "v2",
                          .desired = 10,
                          .available = 10,
                          .available_any = 10,
                          .settled = true,
                          .restarts = 0};
  seen.workload.baseline = seen.workload.canary;
  seen.workload.baseline.revision = "v1";
  for (std::size_t i = 0; i < policy.routes.size(); ++i) {
    RouteView& route = seen.routes.emplace_back();
    route.name = policy.routes[i].name;
    route.exists = route.accepted = true;
    route.canary_percent = state.desired_percent;
  }
  return seen;
}

TEST_P(FoldTest, DecidesAsFromAllBlocks) {
  SmallWorld world(Promotion::kManaged, GetParam().seed);
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kProgressing));
  while (world.state.stage != StepStage::kBaking) world.Check();
  std::mt19937_64 random(GetParam().seed);
  std::poisson_distribution<int> canary_bad(2 * GetParam().factor);
  std::poisson_distribution<int> baseline_bad(18);

  RolloutState plain = world.state;
  RolloutState folded = world.state;
  plain.candidate_revision = folded.candidate_revision = "v2";
  std::vector<Block> step_blocks;
  TimePoint now = world.now;
  for (int check = 0; check < 400 && plain.phase == Phase::kProgressing; ++check) {
    now += plain.frozen->block_length;
    Observations seen = At(world.policy, plain);
    if (plain.stage == StepStage::kBaking) {
      Block block;
      block.index = plain.step_first_block + static_cast<std::int64_t>(step_blocks.size());
      for (std::size_t i = 0; i < plain.frozen->objectives.size(); ++i) {
        block.objectives.emplace_back().counts = {{400, double(canary_bad(random))},
                                                  {3600, double(baseline_bad(random))}};
      }
      step_blocks.push_back(block);
      seen.evidence.emplace().blocks = {block};
    } else {
      step_blocks.clear();
    }
    Decision from_fold = Decide(world.policy, folded, seen, now);
    if (seen.evidence) seen.evidence->blocks = step_blocks;
    const Decision from_all = Decide(world.policy, plain, seen, now);

    ASSERT_EQ(from_fold.kind, from_all.kind) << "check " << check;
    ASSERT_EQ(from_fold.next_state.phase, from_all.next_state.phase);
    ASSERT_EQ(from_fold.next_state.reason, from_all.next_state.reason);
    ASSERT_EQ(from_fold.next_state.step, from_all.next_state.step);
    ASSERT_EQ(from_fold.next_state.history, from_all.next_state.history);
    ASSERT_EQ(from_fold.verdicts.size(), from_all.verdicts.size());
    for (std::size_t i = 0; i < from_all.verdicts.size(); ++i) {
      ASSERT_EQ(from_fold.verdicts[i].evidence.rollback, from_all.verdicts[i].evidence.rollback);
      ASSERT_EQ(from_fold.verdicts[i].evidence.fresh_promotion,
                from_all.verdicts[i].evidence.fresh_promotion);
      ASSERT_EQ(from_fold.verdicts[i].counts, from_all.verdicts[i].counts);
    }
    const bool same_step = from_all.next_state.step == plain.step;
    plain = from_all.next_state;
    Fold(from_fold);
    folded = from_fold.next_state;
    if (!same_step) step_blocks.clear();
  }
  EXPECT_NE(plain.phase, Phase::kProgressing);
}

INSTANTIATE_TEST_SUITE_P(Canaries, FoldTest,
                         ::testing::Values(Case{1, 1}, Case{1, 2}, Case{1.5, 3}, Case{3, 4},
                                           Case{0.5, 5}),
                         [](const auto& given) {
                           return "Seed" + std::to_string(given.param.seed);
                         });

}  // namespace
}  // namespace slogate::core
