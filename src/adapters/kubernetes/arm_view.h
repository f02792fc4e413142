// What a Deployment, its ReplicaSets and its pods say about an arm.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "slogate/core/observations.h"

namespace slogate::adapters::kubernetes {

// The ReplicaSet of the Deployment's present template, or a null value while the cluster has not
// made one: owned by the Deployment, of the revision it is annotated with, and of equal template.
const nlohmann::json& CurrentReplicaSet(const nlohmann::json& deployment,
                                        const nlohmann::json& replica_sets);

// True once the Deployment controller has seen the present spec.
bool IsObserved(const nlohmann::json& deployment);

// Everything in the view but `revision`. `replica_sets` and `pods` are the items of lists by the
// Deployment's selector; those that belong to others are passed over. A pod counts as available
// when it is Ready and not being deleted, and no more pods count than the ReplicaSet reports, who
// knows about minReadySeconds. Pods being deleted get no new connections and do not count at all.
core::ArmView ViewArm(const nlohmann::json& deployment, const nlohmann::json& replica_sets,
                      const nlohmann::json& pods);

// The Deployment's selector in the form of a labelSelector query, not yet encoded; empty when it
// selects nothing this can say.
std::string SelectorText(const nlohmann::json& deployment);

}  // namespace slogate::adapters::kubernetes
