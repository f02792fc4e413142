// How slogate knows the objects that it made.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

inline constexpr const char* kManagedByLabel = "app.kubernetes.io/managed-by";
inline constexpr const char* kPolicyAnnotation = "slogate.dev/policy";

// Metadata of an object that the policy owns: it goes when the policy goes.
nlohmann::json OwnMetadata(const std::string& name, const ports::PolicyRecord& record);

// The policy as an owner reference.
nlohmann::json OwnerReference(const ports::PolicyRecord& record);

// Whether slogate made the object for this policy, or for one that is no longer there: a policy
// that is made again, or renamed, finds its objects again.
ports::Result<bool> IsOurs(KubeClient& client, const ports::PolicyRecord& record,
                           const nlohmann::json& object);

// Says what stands in the way, and the fix.
std::string NotOurs(const std::string& kind, const std::string& name,
                    const ports::PolicyRecord& record);

}  // namespace slogate::adapters::kubernetes
