// Every kind of route carries whole rollouts, beside a second writer and rules of others.
#include <gtest/gtest.h>

#include "integration/rollout/rollout_world.h"

namespace slogate::testing {
namespace {

RolloutSettings Of(const std::string& kind, const std::string& candidate) {
  RolloutSettings settings;
  settings.title = kind + ", " + candidate;
  settings.route_kind = kind;
  settings.candidate = candidate;
  return settings;
}

TEST(RoutersTest, ManagedRolloutsEndRight) {
  std::vector<RolloutSettings> settings;
  for (const char* const kind : {"GRPCRoute", "VirtualService", "Ingress", "Service"}) {
    settings.push_back(Of(kind, "good"));
    settings.push_back(Of(kind, "errors"));
  }
  RunToRightEnds(settings);
}

TEST(RoutersTest, ExternalRolloutsEndRight) {
  std::vector<RolloutSettings> settings;
  for (const char* const kind : {"VirtualService", "Ingress"}) {
    settings.push_back(Of(kind, "good"));
    settings.push_back(Of(kind, "errors"));
  }
  for (RolloutSettings& one : settings) one.external = true;
  RunToRightEnds(settings);
}

// Its pods are its weight: they are asked for in the step, and given up with it.
TEST(RoutersTest, ACanaryOfCountedPodsThatCannotRunIsRolledBack) {
  RolloutSettings crash = Of("Service", "good");
  crash.title += ", crash-looping";
  crash.behaviour = "crash";
  RolloutSettings never = Of("Service", "good");
  never.title += ", never ready";
  never.behaviour = "never";
  never.policy_spec = {{"workload", {{"progressDeadline", "8s"}}}};
  RunToRightEnds({crash, never});
}

}  // namespace
}  // namespace slogate::testing
