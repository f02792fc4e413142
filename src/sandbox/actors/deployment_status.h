// A Deployment's status, as its controller would have it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace slogate::sandbox {

// Merge patch of the status: counts from the ReplicaSets' own status, observedGeneration, and the
// conditions Available (at least `least_available` are) and Progressing. Conditions keep their
// lastTransitionTime unless they change. Null when there is nothing to change. Pure; any thread.
nlohmann::json DeploymentStatusPatch(const nlohmann::json& deployment, const nlohmann::json& newest,
                                     const std::vector<nlohmann::json>& old,
                                     std::int64_t least_available, const std::string& now);

}  // namespace slogate::sandbox
