// Each kind of candidate comes to its right end, for workloads of both kinds.
#include <gtest/gtest.h>

#include "integration/rollout/rollout_world.h"

namespace slogate::testing {
namespace {

RolloutSettings Of(const std::string& title, const std::string& candidate) {
  RolloutSettings settings;
  settings.title = title;
  settings.candidate = candidate;
  return settings;
}

TEST(OutcomesTest, FourManagedRolloutsEndRight) {
  RunToRightEnds({Of("good", "good"), Of("errors", "errors"), Of("slow tail", "slow-tail"),
                  Of("fast and wrong", "wrong")});
}

TEST(OutcomesTest, FourExternalRolloutsEndRight) {
  std::vector<RolloutSettings> settings = {Of("good", "good"), Of("errors", "errors"),
                                           Of("slow tail", "slow-tail"),
                                           Of("fast and wrong", "wrong")};
  for (RolloutSettings& one : settings) one.external = true;
  RunToRightEnds(settings);
}

TEST(OutcomesTest, TracksReportedApartByTheRevisionLabelEndRight) {
  std::vector<RolloutSettings> settings = {Of("good", "good"), Of("errors", "errors")};
  for (RolloutSettings& one : settings) one.revision_label = true;
  RunToRightEnds(settings);
}

TEST(OutcomesTest, ACanaryThatCannotRunIsRolledBack) {
  RolloutSettings crash = Of("crash-looping", "good");
  crash.behaviour = "crash";
  RolloutSettings never = Of("never ready", "good");
  never.behaviour = "never";
  never.policy_spec = {{"workload", {{"progressDeadline", "8s"}}}};
  RunToRightEnds({crash, never});
}

}  // namespace
}  // namespace slogate::testing
