// Latency at bounds other than the threshold's, of which the dispersion is not known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "core/rollout/judgement.h"

namespace slogate::core {
namespace {

constexpr int kBlocks = 60;
constexpr double kEvents = 30'000;  // of each track a block

FrozenParameters Enforcing(Shift shift) {
  FrozenParameters frozen;
  frozen.block_length = std::chrono::seconds(60);
  frozen.planned_blocks = kBlocks;
  FrozenObjective& latency = frozen.objectives.emplace_back();
  latency.name = "latency";
  latency.bounds = {0.1};
  latency.shift = shift;
  latency.parameters.dispersion = {.phi_block = 1, .phi_max = 1, .kappa = 1.1, .measured = true};
  return frozen;
}

// About half of the events are slower than the bound, more or less in each block of each track.
std::vector<Block> AroundTheMedian(double canary_slower, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise(0.5, 0.03);
  std::vector<Block> blocks;
  for (int i = 0; i < kBlocks; ++i) {
    ObjectiveBlock latency;
    latency.counts = {{kEvents, 0.005 * kEvents}, {kEvents, 0.005 * kEvents}};
    const auto slow = [&](double more) {
      return std::round(kEvents * std::clamp(noise(random) + more, 0.0, 1.0));
    };
    const double canary = slow(canary_slower);
    latency.bounds = {{{kEvents, canary}, {kEvents, slow(0)}}};
    blocks.push_back({.index = i, .objectives = {latency}});
  }
  return blocks;
}

int RolledBack(const FrozenParameters& frozen, double canary_slower, int rollouts) {
  int rolled_back = 0;
  for (int i = 0; i < rollouts; ++i) {
    Judgement judgement;
    Checkpoint checkpoint;
    for (const Block& block : AroundTheMedian(canary_slower, static_cast<unsigned>(i))) {
      judgement = Judge(frozen, checkpoint, block.index, {block}, {});
      checkpoint.objectives = judgement.evidence;
      checkpoint.blocks_absorbed = judgement.blocks_absorbed;
      checkpoint.step_blocks = judgement.step_blocks;
      if (!judgement.shown_worse) continue;
      ++rolled_back;
      break;
    }
  }
  return rolled_back;
}

TEST(ShiftTest, EqualMediansThatVaryAreNoFault) {
  EXPECT_LE(RolledBack(Enforcing(Shift::kEnforce), 0, 1000), 10);
}

TEST(ShiftTest, ASlowerMedianRollsBackWhereThatIsEnforced) {
  EXPECT_EQ(RolledBack(Enforcing(Shift::kEnforce), 0.1, 100), 100);
  EXPECT_EQ(RolledBack(Enforcing(Shift::kReport), 0.1, 100), 0);
}

}  // namespace
}  // namespace slogate::core
