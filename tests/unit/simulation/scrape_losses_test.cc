#include <gtest/gtest.h>

#include <chrono>

#include "simulation/scraping.h"

namespace slogate::simulation {
namespace {

using namespace std::chrono_literals;

core::Block BlockOf(double total, double bad) {
  core::Block block;
  core::ObjectiveBlock& objective = block.objectives.emplace_back();
  objective.counts = {{.total = total, .bad = bad}, {.total = 2 * total, .bad = 2 * bad}};
  objective.cohorts = {objective.counts};
  return block;
}

TEST(ScrapeLossesTest, NothingIsLostByDefault) {
  EXPECT_FALSE(ScrapeLosses(Scraping{}, 15s, 1).Any());
}

TEST(ScrapeLossesTest, LostBlocksAreCountedInTheNext) {
  ScrapeLosses losses(
      Scraping{.phase = std::nullopt, .lost_share = 0.3, .reset_every = std::nullopt}, 15s, 1);
  Random random(1, 1, 1);
  double waiting = 0;
  int lost = 0;
  for (int i = 0; i < 1000; ++i) {
    core::Block block = BlockOf(100, 3);
    losses.Apply(random, block);
    const core::Counts& canary = block.objectives.front().counts.canary;
    EXPECT_EQ(block.objectives.front().cohorts.front().canary, canary);
    waiting += 100;
    if (canary.total == 0) {
      ++lost;
      EXPECT_EQ(canary.bad, 0);
    } else {
      EXPECT_EQ(canary.total, waiting);
      EXPECT_EQ(canary.bad, waiting * 0.03);
      waiting = 0;
    }
  }
  EXPECT_NEAR(lost, 300, 75);
}

TEST(ScrapeLossesTest, ResetsTakeAnEighthOfABlockOnAverage) {
  ScrapeLosses losses(Scraping{.phase = std::nullopt, .lost_share = 0, .reset_every = 15s}, 15s, 1);
  Random random(1, 1, 1);
  core::Counts sum;
  for (int i = 0; i < 2000; ++i) {
    core::Block block = BlockOf(1000, 100);
    losses.Apply(random, block);
    const core::ObjectiveBlock& objective = block.objectives.front();
    EXPECT_EQ(objective.counts, objective.cohorts.front());
    EXPECT_GE(objective.counts.canary.total, 700);
    sum.total += objective.counts.canary.total;
    sum.bad += objective.counts.canary.bad;
  }
  // Uniform up to one scrape of four; bad events are lost no more often than good ones.
  EXPECT_NEAR(sum.total / 2e6, 0.875, 0.01);
  EXPECT_NEAR(sum.bad / sum.total, 0.1, 0.002);
}

}  // namespace
}  // namespace slogate::simulation
