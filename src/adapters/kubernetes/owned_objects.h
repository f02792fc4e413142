// What slogate makes in the cluster for a policy, and how it knows its own again.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/arm_reading.h"
#include "adapters/kubernetes/pod_template.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// True when slogate made the object for a policy of this name. A policy that is made anew finds its
// objects again.
bool OwnedBy(const nlohmann::json& object, const ports::PolicyRecord& record);

// kInvalidArgument, with the mend, for an object of somebody else in the place of slogate's own.
tl::unexpected<ports::Error> NotOurs(const std::string& kind, const std::string& name,
                                     const ports::PolicyRecord& record);

// The user's template as the twin carries it, annotated with the digest of the configuration that
// will be copied for it, if any.
nlohmann::json TwinTemplateOf(const ArmReading& user, const TwinLabel& label,
                              const std::vector<core::TrackedConfig>& tracked);

// The twin of the user's Deployment, not yet created.
nlohmann::json TwinDeployment(const ArmReading& user, const TwinLabel& label,
                              const ports::PolicyRecord& record);

// The twin's copy of a tracked object, not yet created.
nlohmann::json ConfigCopy(const ConfigObject& original, const ports::PolicyRecord& record);

// A Service for the pods that `selector` (matchLabels) selects, with the port that the route sends
// to; traffic goes to the container port of that number, or else to the template's first.
nlohmann::json ArmService(const std::string& name, const nlohmann::json& selector,
                          std::int64_t port, const nlohmann::json& pod_template,
                          const ports::PolicyRecord& record);

}  // namespace slogate::adapters::kubernetes
