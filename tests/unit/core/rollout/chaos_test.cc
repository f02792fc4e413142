// Whole rollouts in a world that misbehaves at random: crashes between acting and storing, a
// failing source, uncertain counts, lost pods, drifting weights, an undecided gateway.
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

class Chaos {
 public:
  explicit Chaos(unsigned seed) : random_(seed) {}

  void Stir(SmallWorld& world) {
    if (!Chance(0.15)) return;
    const auto problem = static_cast<SourceProblem>(Pick(9));
    switch (Pick(8)) {
      case 0:
        world.source = problem;
        break;
      case 1:
        world.noted = !world.noted;
        break;
      case 2:
        world.traffic = !world.traffic;
        break;
      case 3:
        world.percent = Pick(101);
        break;
      case 4:
        world.accepted = !world.accepted;
        break;
      case 5:
        world.pods_start = !world.pods_start;
        break;
      case 6:
        world.canary.available = world.canary.available_any = 0;
        break;
      default:
        Calm(world);
    }
  }

  static void Calm(SmallWorld& world) {
    world.source = SourceProblem::kNone;
    world.noted = false;
    world.traffic = true;
    world.accepted = true;
    world.pods_start = true;
  }

  bool Chance(double p) { return std::bernoulli_distribution(p)(random_); }

 private:
  int Pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  std::mt19937_64 random_;
};

// A weight is set only where the stored state says so and the tracks have pods for it.
void ExpectSoundActions(const SmallWorld& world, const RolloutState& stored,
                        const std::vector<Action>& actions, const TrackView& canary,
                        const TrackView& baseline, int percent_before) {
  for (const Action& action : actions) {
    if (action.kind != Action::Kind::kSetWeights) continue;
    if (action.only_lowers) {
      EXPECT_LT(action.value, percent_before);
      EXPECT_GT(baseline.available_any, 0);
      continue;
    }
    EXPECT_EQ(action.value, stored.desired_percent);
    if (action.value > percent_before) {
      EXPECT_GE(canary.available, PodsNeeded(action.value, canary.desired));
    } else {
      EXPECT_GT(baseline.available_any, 0);
    }
    const bool steps_weight =
        action.value == 0 || action.value == 100 ||
        std::any_of(world.policy.steps.begin(), world.policy.steps.end(),
                    [&](const Step& step) { return step.weight_percent == action.value; });
    EXPECT_TRUE(steps_weight) << action.value;
  }
}

// A higher step is intended only after counted evidence of the one before.
void ExpectEarned(const RolloutState& before, const RolloutState& after) {
  if (after.step <= before.step || after.phase != Phase::kProgressing) return;
  EXPECT_EQ(before.stage, StepStage::kBaking);
  ASSERT_FALSE(after.checkpoint.objectives.empty());
  for (const EvidenceState& evidence : after.checkpoint.objectives) {
    EXPECT_GT(evidence.step.canary.total, 0);
    EXPECT_GT(evidence.step.baseline.total, 0);
  }
}

class ChaosTest : public ::testing::TestWithParam<unsigned> {};

TEST_P(ChaosTest, ConvergesToTheRightEndAndEarnsEveryWeight) {
  const unsigned seed = GetParam();
  const bool bad = seed % 2 == 1;
  const Promotion promotion = seed % 4 < 2 ? Promotion::kManaged : Promotion::kExternal;
  SmallWorld world(promotion, seed);
  world.policy.workload.max_canary_restarts = 1'000;
  world.policy.workload.progress_deadline = std::chrono::hours(1'000);
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.behaviour["v2"] = bad ? Behaviour{{0.05, 0.02, 0.05}} : Behaviour{{0.005, 0.02, 0.05}};
  world.Release("v2");

  Chaos chaos(seed);
  for (int check = 0; check < 400; ++check) {
    chaos.Stir(world);
    const RolloutState before = world.state;
    const TrackView canary = world.canary;
    const TrackView baseline = world.baseline;
    const int percent = world.percent;
    const Decision decision = world.Check(chaos.Chance(0.1));
    if (!world.pods_start) {
      ExpectSoundActions(world, before, decision.actions, canary, baseline, percent);
    }
    ExpectEarned(before, world.state);
    if (world.state.phase == Phase::kRolledBack) {
      EXPECT_TRUE(bad) << world.state.message;
    }
    if (world.state.phase == Phase::kPaused && chaos.Chance(0.05)) world.requests.resume += "r";
  }
  Chaos::Calm(world);
  world.requests.resume += "r";
  if (promotion == Promotion::kExternal && !bad) {
    world.RunTo(Phase::kPromoting, 6h);
    world.CarryOver("v2");
  }
  const Phase end = bad ? Phase::kRolledBack : Phase::kPromoted;
  ASSERT_TRUE(world.RunTo(end, 6h)) << ToString(world.state.phase) << ": " << world.state.message;
  EXPECT_EQ(world.percent, 0);
  EXPECT_EQ(world.baseline.revision, bad ? "v1" : "v2");
}

INSTANTIATE_TEST_SUITE_P(Seeds, ChaosTest, ::testing::Range(0u, 60u));

}  // namespace
}  // namespace slogate::core
