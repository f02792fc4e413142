// The policies of the demo; everything that belongs to one is named after it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace slogate::demo {

inline constexpr const char* kDemoNamespace = "default";

// Pure; any thread.

std::string CanaryService(const std::string& name);
std::string BaselineService(const std::string& name);
std::string BaselineDeployment(const std::string& name);

// A RolloutPolicy object; `prometheus` is an address.
nlohmann::json DemoPolicy(const std::string& name, const std::string& prometheus);

}  // namespace slogate::demo
