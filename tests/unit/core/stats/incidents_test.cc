#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kFourHours = 960;  // blocks of 15 s
constexpr double kRate = 0.005;

// 1500 requests a block; from `first` on `length` blocks have `factor` times the bad events.
struct Episode {
  std::size_t first = 0;
  std::size_t length = 0;
  double factor = 1;
};

std::vector<Counts> Blocks(const std::vector<Episode>& episodes, double total = 1500,
                           unsigned seed = 5) {
  std::mt19937_64 random(seed);
  std::vector<Counts> blocks;
  for (std::size_t i = 0; i < kFourHours; ++i) {
    double factor = 1;
    for (const Episode& one : episodes) {
      if (i >= one.first && i < one.first + one.length) factor = one.factor;
    }
    std::binomial_distribution<int> bad(static_cast<int>(total), std::min(1.0, kRate * factor));
    blocks.push_back({total, 1.0 * bad(random)});
  }
  return blocks;
}

ObjectiveHistory Whole(std::vector<Counts> blocks) {
  ObjectiveHistory history;
  history.blocks = std::move(blocks);
  return history;
}

// The first `hit` of ten pods have the episodes.
ObjectiveHistory TenPods(const std::vector<Episode>& episodes, int hit) {
  ObjectiveHistory history;
  history.blocks.resize(kFourHours);
  for (int pod = 0; pod < 10; ++pod) {
    PodHistory& one = history.pods.emplace_back();
    one.pod = "shop-" + std::to_string(pod);
    const std::vector<Episode> none;
    one.blocks = Blocks(pod < hit ? episodes : none, 150, 20U + static_cast<unsigned>(pod));
    for (std::size_t i = 0; i < kFourHours; ++i) {
      history.blocks[i].total += one.blocks[i].total;
      history.blocks[i].bad += one.blocks[i].bad;
    }
  }
  return history;
}

void ExpectCovers(const PastIncident& found, std::size_t first, std::size_t length) {
  EXPECT_LE(found.first, first);
  EXPECT_GE(found.first + 12, first);  // a window of three minutes
  EXPECT_GE(found.first + found.blocks, first + length);
  EXPECT_LE(found.first + found.blocks, first + length + 12);
}

TEST(FindIncidentsTest, AQuietHistoryHasNone) {
  EXPECT_TRUE(FindIncidents(Whole(Blocks({})), 15s).empty());
  EXPECT_TRUE(FindIncidents(Whole({}), 15s).empty());
  EXPECT_TRUE(FindIncidents(Whole(Blocks({})), 0s).empty());
}

TEST(FindIncidentsTest, FindsFivePercentAndFiftyOfAnyLength) {
  for (const std::size_t length : {4U, 40U, 240U}) {
    for (const double factor : {10.0, 100.0}) {
      const auto found = FindIncidents(Whole(Blocks({{600, length, factor}})), 15s);
      ASSERT_EQ(found.size(), 1U) << length << " blocks x" << factor;
      ExpectCovers(found.front(), 600, length);
    }
  }
}

TEST(FindIncidentsTest, OneThatLastsUntilNowIsFound) {
  const auto found = FindIncidents(Whole(Blocks({{900, 60, 10}})), 15s);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().first + found.front().blocks, kFourHours);
}

TEST(FindIncidentsTest, FlappingIsOneIncident) {
  const auto found = FindIncidents(Whole(Blocks({{600, 12, 10}, {620, 12, 10}})), 15s);
  ASSERT_EQ(found.size(), 1U);
  ExpectCovers(found.front(), 600, 32);
}

TEST(FindIncidentsTest, WhatComesOftenIsTheServicesUsualState) {
  EXPECT_EQ(FindIncidents(Whole(Blocks({{100, 8, 20}, {400, 8, 20}})), 15s).size(), 2U);
  EXPECT_TRUE(
      FindIncidents(Whole(Blocks({{100, 8, 20}, {400, 8, 20}, {800, 8, 20}})), 15s).empty());
}

TEST(FindIncidentsTest, WhatLastsForMostOfTheHistoryIsItsUsualState) {
  EXPECT_TRUE(FindIncidents(Whole(Blocks({{100, 420, 10}})), 15s).empty());
}

TEST(FindIncidentsTest, TwiceAsBadIsNone) {
  EXPECT_TRUE(FindIncidents(Whole(Blocks({{300, 100, 2}})), 15s).empty());
}

TEST(FindIncidentsTest, AFewBadEventsOfAQuietServiceAreNone) {
  // 19 errors where usually there is none: too few to tell an incident from one client.
  std::vector<Counts> blocks(kFourHours, Counts{1500, 0});
  blocks[500].bad = 19;
  EXPECT_TRUE(FindIncidents(Whole(blocks), 15s).empty());
  blocks[501].bad = 19;
  EXPECT_EQ(FindIncidents(Whole(blocks), 15s).size(), 1U);
}

TEST(FindIncidentsTest, PodsThatAllSufferShareIt) {
  EXPECT_EQ(FindIncidents(TenPods({{600, 40, 10}}, 10), 15s).size(), 1U);
  EXPECT_EQ(FindIncidents(TenPods({{600, 40, 10}}, 8), 15s).size(), 1U);
}

TEST(FindIncidentsTest, WhatHitsSomePodsIsNoiseOfPodsAndStays) {
  EXPECT_TRUE(FindIncidents(TenPods({{600, 40, 20}}, 5), 15s).empty());
}

TEST(WithoutIncidentsTest, TheyAreAGapInTheWholeAndInEveryPod) {
  const ObjectiveHistory history = TenPods({}, 0);
  const ObjectiveHistory left = WithoutIncidents(history, {{10, 5}, {950, 100}});
  for (std::size_t i = 0; i < kFourHours; ++i) {
    const bool out = (i >= 10 && i < 15) || i >= 950;
    EXPECT_EQ(left.blocks[i], out ? Counts{} : history.blocks[i]);
    EXPECT_EQ(left.pods[3].blocks[i], out ? Counts{} : history.pods[3].blocks[i]);
  }
}

// What this is for: with the incident evidence is slowed hundreds of times.
TEST(WithoutIncidentsTest, DispersionIsThatOfTheRest) {
  const Dispersion quiet = MeasureDispersion(Blocks({}), 15s);
  for (const std::size_t length : {4U, 40U, 240U}) {
    for (const double factor : {10.0, 100.0}) {
      const ObjectiveHistory history = Whole(Blocks({{600, length, factor}}));
      const auto found = FindIncidents(history, 15s);
      const Dispersion with = MeasureDispersion(history.blocks, 15s);
      const Dispersion without = MeasureDispersion(WithoutIncidents(history, found).blocks, 15s);
      EXPECT_TRUE(without.measured);
      EXPECT_GT(Slowdown(with), 3 * Slowdown(without)) << length << " blocks x" << factor;
      EXPECT_LT(Slowdown(without), 1.3 * Slowdown(quiet)) << length << " blocks x" << factor;
    }
  }
  EXPECT_GT(Slowdown(MeasureDispersion(Blocks({{600, 40, 100}}), 15s)), 300);
}

// Bursts that come all the time are no incident: nothing of what they cost may be lost.
TEST(WithoutIncidentsTest, BurstsStayMeasured) {
  std::mt19937_64 random(11);
  std::poisson_distribution<int> bursts(0.75);
  std::geometric_distribution<int> more(0.1);
  std::vector<Counts> blocks;
  for (std::size_t i = 0; i < kFourHours; ++i) {
    double bad = 0;
    for (int left = bursts(random); left > 0; --left) bad += 1 + more(random);
    blocks.push_back({1500, bad});
  }
  const ObjectiveHistory history = Whole(blocks);
  const auto found = FindIncidents(history, 15s);
  const Dispersion dispersion = MeasureDispersion(WithoutIncidents(history, found).blocks, 15s);
  EXPECT_GT(dispersion.phi_block, 10);
  EXPECT_GT(dispersion.phi_block, 0.95 * MeasureDispersion(blocks, 15s).phi_block);
  EXPECT_FALSE(Capped(dispersion).capped);
}

TEST(SlowdownTest, IsTheSlowerOfTheTwo) {
  EXPECT_EQ(Slowdown({.phi_block = 1, .phi_max = 1, .kappa = 1}), 1);
  EXPECT_EQ(Slowdown({.phi_block = 2, .phi_max = 2, .kappa = 3}), 6);
  EXPECT_EQ(Slowdown({.phi_block = 1, .phi_max = 8, .kappa = 1}), 8);
}

TEST(CappedTest, LeavesWhatIsBelowAlone) {
  const Dispersion dispersion{.phi_block = 20, .phi_max = 50, .kappa = 2.5, .measured = true};
  EXPECT_EQ(Slowdown(dispersion), kMaxSlowdown);
  EXPECT_EQ(Capped(dispersion), dispersion);
}

TEST(CappedTest, CutsWhatIsAboveAndSaysSo) {
  const Dispersion slow{.phi_block = 1.2, .phi_max = 391, .kappa = 230, .measured = true};
  const Dispersion capped = Capped(slow);
  EXPECT_TRUE(capped.capped);
  EXPECT_EQ(capped.phi_block, 1.2);
  EXPECT_EQ(capped.phi_max, 50);
  EXPECT_DOUBLE_EQ(Slowdown(capped), kMaxSlowdown);
  EXPECT_EQ(Capped({.phi_block = 500, .phi_max = 600, .kappa = 9}).kappa, 1);
}

}  // namespace
}  // namespace slogate::core
