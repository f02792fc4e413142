// What a controller believes is out of date, after every single API write (after Sun et al.,
// "Automatic Reliability Testing for Cluster Management Controllers", OSDI 2022): it hears of
// changes late, or never of some. The world ends the same. SLOGATE_SIEVE_ROUNDS=2 has each of both
// after every write; once, they take turns.
#include <gtest/gtest.h>

#include "integration/rollout/disturbed.h"
#include "integration/rollout/rollout_world.h"

namespace slogate::testing {
namespace {

void MisleadAfterEveryWrite(bool external) {
  const int rounds = NumberFromEnvironment("SLOGATE_SIEVE_ROUNDS", 1);
  for (int round = 0; round < rounds; ++round) {
    const auto in_turn = [round](int write) {
      return (write + round) % 2 == 0 ? Disturbance::kStale : Disturbance::kUnseen;
    };
    ASSERT_NO_FATAL_FAILURE(DisturbAfterEveryWrite(in_turn, external, "good", round));
  }
}

TEST(SieveTest, AManagedRolloutEndsRightWhateverItHearsLateOrNever) {
  MisleadAfterEveryWrite(false);
}

TEST(SieveTest, AnExternalRolloutEndsRightWhateverItHearsLateOrNever) {
  MisleadAfterEveryWrite(true);
}

}  // namespace
}  // namespace slogate::testing
