// The objects of one release of the demo, all named after it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace slogate::sandbox {

// Where kubectl looks when told nothing.
inline constexpr const char* kDemoNamespace = "default";

std::string CanaryService(const std::string& name);
std::string BaselineService(const std::string& name);
std::string BaselineDeployment(const std::string& name);

// Pure; any thread.

// Image <name>:<version>; its pods answer as `profile` says.
nlohmann::json DemoDeployment(const std::string& name, int version, const std::string& profile);
// What a release changes of it, as a merge patch.
nlohmann::json DemoRelease(const std::string& name, int version, const std::string& profile);
nlohmann::json DemoRoute(const std::string& name);
nlohmann::json DemoPolicy(const std::string& name, const std::string& prometheus);

}  // namespace slogate::sandbox
