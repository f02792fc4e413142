#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>

#include "slogate/core/freeze.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

// 48 batches of four hours, 5 minutes apart.
HistoryReading Graded(double low, double high) {
  HistoryReading history;
  ObjectiveHistory& objective = history.objectives.emplace_back();
  objective.blocks.resize(240);
  for (std::size_t i = 0; i < 48; ++i) {
    objective.blocks[5 * i] = {30'000, 30'000 * (i % 2 == 0 ? low : high), 0};
  }
  return history;
}

ComparatorParameters Frozen(const Objective& changed, const HistoryReading& history) {
  SmallWorld world;
  world.policy.prometheus.scrape_interval = 15s;
  world.policy.objectives = {changed};
  return Freeze(world.policy, {}, history, world.now).objectives[0].parameters;
}

Objective Graded() {
  Objective objective = SmallWorld().policy.objectives[0];
  ScoreIndicator score;
  score.squares.emplace();
  objective.indicator = score;
  return objective;
}

TEST(FrozenBatchesTest, OfScoresTheirSpreadIsMeasured) {
  const ComparatorParameters parameters = Frozen(Graded(), Graded(0.12, 0.18));
  EXPECT_EQ(parameters.batches.longest, 1);
  EXPECT_EQ(parameters.batches.every, 5);
  EXPECT_EQ(parameters.batches.wait, 32);
  // Neighbours differ by .06, which is 1.4 standard deviations of a difference of two.
  EXPECT_NEAR(parameters.batches.spread, 0.06 / 0.15 / std::sqrt(2.0), 0.02);
  EXPECT_EQ(parameters.dispersion,
            (Dispersion{.phi_block = 1, .phi_max = 1, .kappa = 1, .measured = true}));
  EXPECT_FALSE(parameters.squares) << "events of a batch are not independent";
  EXPECT_NEAR(parameters.expected_bad, 0.15, 1e-9);
}

TEST(FrozenBatchesTest, OfCountedEventsTheDispersionIsMeasuredBatchByBatch) {
  const Objective counted = SmallWorld().policy.objectives[0];
  const ComparatorParameters parameters = Frozen(counted, Graded(0.12, 0.18));
  EXPECT_EQ(parameters.batches.longest, 1);
  EXPECT_EQ(parameters.batches.spread, 0);
  EXPECT_TRUE(parameters.dispersion.measured);
  EXPECT_GT(parameters.dispersion.phi_max, 100);
}

TEST(FrozenBatchesTest, AGivenDispersionHolds) {
  Objective given = Graded();
  given.phi = 3;
  const ComparatorParameters parameters = Frozen(given, Graded(0.12, 0.18));
  EXPECT_EQ(parameters.batches.longest, 1);
  EXPECT_EQ(parameters.batches.spread, 0);
  EXPECT_EQ(parameters.dispersion.phi_max, 3);
}

TEST(FrozenBatchesTest, ThereAreNoneWhereEventsComeAllTheTime) {
  HistoryReading history = Graded(0.12, 0.18);
  for (Counts& block : history.objectives[0].blocks) block = {6'000, 900, 0};
  EXPECT_EQ(Frozen(Graded(), history).batches, Batches{});
  EXPECT_EQ(Frozen(Graded(), {}).batches, Batches{});
}

}  // namespace
}  // namespace slogate::core
