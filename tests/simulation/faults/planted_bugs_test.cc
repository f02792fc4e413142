// The simulation finds defects: each planted one within 10,000 rollouts.
#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <thread>

#include "simulation/faults/seeds.h"

namespace slogate::faults {
namespace {

class PlantedBugsTest : public ::testing::TestWithParam<Bug> {};

TEST_P(PlantedBugsTest, IsFound) {
  const Search search = RunSeeds({.first = 1,
                                  .count = 10'000,
                                  .threads = static_cast<int>(std::thread::hardware_concurrency())},
                                 GetParam());
  ASSERT_TRUE(search.broken_seed) << "not within 10,000 rollouts";
  const auto broken = FaultRollout(ScenarioOf(*search.broken_seed), GetParam()).Run().broken;
  ASSERT_TRUE(broken);
  std::cout << Name(GetParam()) << ": found at seed " << *search.broken_seed << ": "
            << broken->promise << ": " << broken->how << "\n";
}

std::vector<Bug> EveryBug() {
  std::vector<Bug> bugs;
  for (int i = 1; i <= kBugs; ++i) bugs.push_back(static_cast<Bug>(i));
  return bugs;
}

std::string NameOf(const ::testing::TestParamInfo<Bug>& bug) {
  std::string name(Name(bug.param));
  std::erase(name, '-');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Bugs, PlantedBugsTest, ::testing::ValuesIn(EveryBug()), NameOf);

}  // namespace
}  // namespace slogate::faults
