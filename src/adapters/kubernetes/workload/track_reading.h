// What a Deployment, its ReplicaSets and its pods say about a track.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/workload/pod_template.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/ports/result.h"

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
core::TrackView ViewTrack(const nlohmann::json& deployment, const nlohmann::json& replica_sets,
                          const nlohmann::json& pods);

// The Deployment's selector in the form of a labelSelector query, not yet encoded; empty when it
// selects nothing this can say.
std::string SelectorText(const nlohmann::json& deployment);

// Reads one track of a workload: its Deployment, pods, and the configuration it runs with.

// A tracked ConfigMap or Secret as a track uses it.
struct ConfigObject {
  core::TrackedConfig config;  // by the name the policy gives it
  std::string used_name;       // the copy's name where the track's template refers to the copy
  nlohmann::json object;       // null when it does not exist
};

struct TrackReading {
  nlohmann::json deployment;  // null when it does not exist
  core::TrackView view;
  std::vector<ConfigObject> config;
  std::string problem;  // why the track cannot be understood, with the fix; empty when it can
};

// Path of a ConfigMap or Secret.
std::string ConfigPath(const std::string& ns, core::TrackedConfig::Kind kind,
                       const std::string& name);

// What counts as the content of a ConfigMap or Secret.
nlohmann::json ConfigContent(const nlohmann::json& object);

// Digest of the content of those objects of `config` whose used name `names` holds, in an order of
// its own; the baseline Deployment is annotated with it, so that new content alone replaces its
// pods.
inline constexpr const char* kConfigAnnotation = "slogate.dev/config";
std::string ConfigDigest(const std::vector<ConfigObject>& config, const ConfigNames& names);

// The Deployment and its tracked configuration, with the revision but without pods. The revision
// is the first ten hexadecimal digits of the SHA-256 of the normal template and the content of the
// tracked objects; it tells nothing of a Secret but whether it changed. A baseline Deployment whose
// copies are newer than its pods has a revision of its own.
ports::Result<TrackReading> ReadRelease(KubeClient& client, const std::string& ns,
                                        const std::string& deployment,
                                        const std::vector<core::TrackedConfig>& tracked);

// The same with everything known of its ReplicaSets and pods; without a revision until the
// Deployment controller has seen the present spec.
ports::Result<TrackReading> ReadTrack(KubeClient& client, const std::string& ns,
                                      const std::string& deployment,
                                      const std::vector<core::TrackedConfig>& tracked);

}  // namespace slogate::adapters::kubernetes
