// The five releases of the demo.
#pragma once

#include <string>
#include <vector>

#include "app/cli/sandbox.h"

namespace slogate::sandbox {

struct Scenario {
  app::SandboxRollout rollout;
  std::string profile;            // of the new version's answers (traffic_profile.h)
  bool prometheus_fails = false;  // for a while, in the middle of the rollout

  const std::string& name() const { return rollout.policy.name; }
};

std::vector<Scenario> Scenarios();

}  // namespace slogate::sandbox
