// Why pods do not start, in Kubernetes' own words, and what to do.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace slogate::adapters::kubernetes {

// Of a ReplicaSet and those of its pods that are not ready: the pods that it may not create, the
// pod that no node takes, or what a container waits for, such as "Pod shop-1: container web:
// ImagePullBackOff: ...; correct the image's name ...". Else which container runs without being
// ready. Empty while pods are only on their way. The same text as long as the reason is the same:
// a container that crashes or pulls again and again changes its state all the time.
std::string PodsProblem(const nlohmann::json& replica_set, const nlohmann::json& pods);

}  // namespace slogate::adapters::kubernetes
