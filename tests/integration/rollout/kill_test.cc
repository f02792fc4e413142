// kill -9 after every single API write: the world ends the same, no step is shortened, and no
// weight rises without what the status said before. SLOGATE_KILL_ROUNDS says how often that is
// done, each time with other traffic.
#include <gtest/gtest.h>

#include "integration/rollout/disturbed.h"
#include "integration/rollout/rollout_world.h"

namespace slogate::testing {
namespace {

void KillAfterEveryWrite(bool external, const char* candidate) {
  const int rounds = NumberFromEnvironment("SLOGATE_KILL_ROUNDS", 1);
  for (int round = 0; round < rounds; ++round) {
    ASSERT_NO_FATAL_FAILURE(
        DisturbAfterEveryWrite([](int) { return Disturbance::kKill; }, external, candidate, round));
  }
}

TEST(KillTest, ManagedPromotionSurvivesAKillAfterEveryWrite) { KillAfterEveryWrite(false, "good"); }

TEST(KillTest, ManagedRollbackSurvivesAKillAfterEveryWrite) {
  KillAfterEveryWrite(false, "errors");
}

TEST(KillTest, ExternalPromotionSurvivesAKillAfterEveryWrite) { KillAfterEveryWrite(true, "good"); }

TEST(KillTest, ExternalRollbackSurvivesAKillAfterEveryWrite) {
  KillAfterEveryWrite(true, "errors");
}

}  // namespace
}  // namespace slogate::testing
