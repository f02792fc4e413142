// Whole rollouts with random faults keep every promise. SLOGATE_SIMULATED_ROLLOUTS says how many,
// SLOGATE_FIRST_SEED where to begin.
#include <gtest/gtest.h>

#include <iostream>
#include <thread>

#include "simulation/faults/seeds.h"
#include "simulation/faults/shrink.h"

namespace slogate::faults {
namespace {

TEST(FaultSimulationTest, EveryPromiseIsKept) {
  const Search search =
      RunSeeds({.first = NumberIn("SLOGATE_FIRST_SEED", 1),
                .count = NumberIn("SLOGATE_SIMULATED_ROLLOUTS", 2000),
                .threads = static_cast<int>(std::thread::hardware_concurrency())});
  if (search.broken_seed) FAIL() << Story(Shrunk(ScenarioOf(*search.broken_seed)));
  std::cout << search.rollouts << " rollouts, " << search.promoted << " promoted, "
            << search.rolled_back << " rolled back, " << search.looks << " looks\n";
  EXPECT_GT(search.promoted, search.rollouts / 4);
  EXPECT_GT(search.rolled_back, search.rollouts / 4);
}

TEST(FaultSimulationTest, TheSameSeedGivesTheSameStory) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(Story(ScenarioOf(seed)), Story(ScenarioOf(seed)));
  }
}

TEST(FaultSimulationTest, AScenarioIsShrunkToWhatBreaksThePromise) {
  const Search search = RunSeeds({.first = 1, .count = 10'000}, Bug::kBlamesSilence);
  ASSERT_TRUE(search.broken_seed);
  const Scenario scenario = ScenarioOf(*search.broken_seed);
  const Scenario small = Shrunk(scenario, Bug::kBlamesSilence);
  EXPECT_LE(small.faults.size(), 1U) << Story(small, Bug::kBlamesSilence);
  EXPECT_EQ(FaultRollout(small, Bug::kBlamesSilence).Run().broken->promise,
            FaultRollout(scenario, Bug::kBlamesSilence).Run().broken->promise);
}

}  // namespace
}  // namespace slogate::faults
