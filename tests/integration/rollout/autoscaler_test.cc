// An autoscaler doubles and halves production during whole rollouts: the canary's weight never
// stays above what its pods carry, and nobody undoes the autoscaler.
#include "support/autoscaler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "integration/rollout/rollout_world.h"
#include "support/promises.h"

namespace slogate::testing {
namespace {

constexpr int kReplicas = 4;

RolloutSettings Of(const std::string& candidate, std::uint64_t seed) {
  RolloutSettings settings;
  settings.title = candidate + ", scaled";
  settings.candidate = candidate;
  settings.replicas = kReplicas;
  settings.seed = seed;
  return settings;
}

TEST(AutoscalerTest, TheWeightFollowsWhatTheCanarysPodsCarryAndNobodyUndoesTheAutoscaler) {
  const int seed = NumberFromEnvironment("SLOGATE_FIRST_SEED", 1);
  const auto first = static_cast<std::uint64_t>(seed);
  const std::unique_ptr<World> world =
      MakeWorld({Of("good", first), Of("good", first + 1), Of("errors", first + 2)});
  const Process gate = world->StartGate({});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  std::vector<std::string> namespaces;
  for (const Rollout& rollout : world->rollouts()) namespaces.push_back(rollout.ns());
  Autoscaler autoscaler(world->servers().client(), namespaces, kReplicas, first);
  // Kept promises are a part of it: see PromiseChecker.
  ExpectRightEnds(*world);
  EXPECT_EQ(autoscaler.Stop(), "");

  int scalings = 0;
  int outgrown = 0;
  int longest = 0;
  for (const Rollout& rollout : world->rollouts()) {
    PromiseChecker checker(rollout.settings());
    for (const AuditEvent& event : ReadAuditLog(world->servers().audit_log_path(), rollout.ns())) {
      checker.See(event);
    }
    scalings += checker.scalings();
    outgrown += checker.outgrown();
    longest = std::max(longest, static_cast<int>(checker.longest_to_follow().count()));
  }
  EXPECT_GT(scalings, 5);
  RecordProperty("outgrown", outgrown);
  RecordProperty("longest_to_follow_ms", longest);
}

}  // namespace
}  // namespace slogate::testing
