// Many rollouts with traffic of their own: every kind of candidate, tracks swapped, and a canary
// equal to its baseline. SLOGATE_SEEDS says how many of each; SLOGATE_FIRST_SEED where to begin.
#include <gtest/gtest.h>

#include "integration/rollout/rollout_world.h"

namespace slogate::testing {
namespace {

constexpr int kDefaultSeeds = 2;

std::vector<RolloutSettings> AllRollouts() {
  const int first = NumberFromEnvironment("SLOGATE_FIRST_SEED", 1);
  const int count = NumberFromEnvironment("SLOGATE_SEEDS", kDefaultSeeds);
  std::vector<RolloutSettings> all;
  for (int seed = first; seed < first + count; ++seed) {
    const auto add = [&](const char* baseline, const char* candidate) {
      RolloutSettings settings;
      settings.title =
          std::string(candidate) + " after " + baseline + ", seed " + std::to_string(seed);
      settings.baseline = baseline;
      settings.candidate = candidate;
      settings.seed = static_cast<std::uint64_t>(seed);
      all.push_back(settings);
    };
    add("good", "good");
    for (const char* const bad : {"errors", "slow-tail", "wrong"}) {
      add("good", bad);
      add(bad, "good");
    }
    add("errors", "errors");
  }
  return all;
}

TEST(SeedsTest, EveryRolloutEndsRight) {
  for (const std::vector<RolloutSettings>& part : InParts(AllRollouts())) {
    ASSERT_NO_FATAL_FAILURE(RunToRightEnds(part));
  }
}

}  // namespace
}  // namespace slogate::testing
