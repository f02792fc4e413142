// The six releases of the demo.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/cli/demo/demo_story.h"

namespace slogate::demo {

// What befalls a rollout for a while, once its canary has more than its first share.
enum class Trouble { kNone, kPrometheusFails, kSharedIncident };

struct DemoScenario {
  app::DemoRelease release;
  std::string profile;  // of the new version's answers (traffic_profile.h)
  Trouble trouble = Trouble::kNone;

  const std::string& name() const { return release.policy.name; }
};

std::vector<DemoScenario> Scenarios();

// "Prometheus fails" and the like; empty for kNone.
std::string ToString(Trouble trouble);

// The policies of the demo; everything that belongs to one is named after it.

inline constexpr const char* kDemoNamespace = "default";

// Pure; any thread.

std::string CanaryService(const std::string& name);
std::string BaselineService(const std::string& name);
std::string BaselineDeployment(const std::string& name);

// A RolloutPolicy object; `prometheus` is an address.
nlohmann::json DemoPolicy(const std::string& name, const std::string& prometheus);

}  // namespace slogate::demo
