// The six releases of the demo.
#pragma once

#include <string>
#include <vector>

#include "app/cli/demo_environment.h"

namespace slogate::demo {

// What befalls a rollout for a while, once its canary has more than its first share.
enum class Trouble { kNone, kPrometheusFails, kSharedIncident };

struct Scenario {
  app::DemoRelease release;
  std::string profile;  // of the new version's answers (traffic_profile.h)
  Trouble trouble = Trouble::kNone;

  const std::string& name() const { return release.policy.name; }
};

std::vector<Scenario> Scenarios();

// "Prometheus fails" and the like; empty for kNone.
std::string ToString(Trouble trouble);

}  // namespace slogate::demo
