// The little that the sandbox knows of single built-in kinds.
#pragma once

#include <nlohmann/json.hpp>

#include "sandbox/api/target.h"

namespace slogate::sandbox {

// Defaults that clients rely on: replicas, ports, the type of a Service or Secret, the phase of a
// new Pod or Namespace. Only for what comes without.
void CompleteBuiltIn(const ResourceType& type, nlohmann::json& object);

// What a new object of a kind with a status begins with; null for none.
nlohmann::json FirstStatus(const ResourceType& type);

// The Scale of a Deployment or ReplicaSet, and the object after a Scale was written.
nlohmann::json ScaleOf(const nlohmann::json& object);
Answered<nlohmann::json> Scaled(const nlohmann::json& object, const nlohmann::json& scale);

// The Pod after a Binding.
Answered<nlohmann::json> Bound(const Target& target, const nlohmann::json& pod,
                               const nlohmann::json& binding);

// How long a Pod may take to end; 0 for every other kind, and for one that no node runs.
std::int64_t GraceSeconds(const ResourceType& type, const nlohmann::json& object);

}  // namespace slogate::sandbox
