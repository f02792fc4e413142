// What the ReplicaSet controller would write next.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sandbox/actors/workload_plan.h"

namespace slogate::sandbox {

// Pods made or ended until there are as many as asked for, and the status. `pods` are its own.
std::vector<Write> PlanReplicaSet(const nlohmann::json& replica_set,
                                  const std::vector<nlohmann::json>& pods,
                                  const std::function<std::string()>& suffix);

// A patch for what differs between `present` and `wanted`, both flat objects; numbers that are 0
// are absent, as the API server writes them. Null when nothing differs.
nlohmann::json CountsPatch(const nlohmann::json& present, const nlohmann::json& wanted);

}  // namespace slogate::sandbox
