// What a Deployment, its ReplicaSets and its pods say about a track.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/core/observations.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// A Deployment or StatefulSet and what belongs to it; `owner` is null when it does not exist.
struct TrackObjects {
  nlohmann::json owner;
  nlohmann::json replica_sets = nlohmann::json::array();
  nlohmann::json pods = nlohmann::json::array();
  std::string problem;  // why its pods cannot be found, with the fix; empty when they can
};

ports::Result<TrackObjects> ReadTrack(KubeClient& client, const std::string& ns,
                                      const std::string& deployment);

// The same of a StatefulSet, with a ReplicaSet for each of its two revisions as a Deployment would
// have: pods belong to them by their label controller-revision-hash.
ports::Result<TrackObjects> ReadStatefulTrack(KubeClient& client, const std::string& ns,
                                              const std::string& stateful_set);

// kInvalidArgument, with the fix, for a selector that cannot be asked for.
ports::Result<nlohmann::json> ReplicaSetsOf(KubeClient& client, const std::string& ns,
                                            const nlohmann::json& deployment);

// The ReplicaSet that the Deployment runs or rolls out; a null value when there is none. It is the
// one of the revision that the Deployment is annotated with, and of a paused Deployment whose pods
// are all of one ReplicaSet, that one: a paused Deployment takes the revision of its template, if
// an earlier ReplicaSet has that, without running it.
const nlohmann::json& RunningReplicaSet(const nlohmann::json& deployment,
                                        const nlohmann::json& replica_sets);

// The same, but null while a Deployment that is not paused has a template that it does not run yet.
const nlohmann::json& CurrentReplicaSet(const nlohmann::json& deployment,
                                        const nlohmann::json& replica_sets);

// The newest ReplicaSet of the Deployment whose template is of this revision; a null value when
// there is none.
const nlohmann::json& ReplicaSetOf(const nlohmann::json& deployment,
                                   const nlohmann::json& replica_sets, const std::string& revision);

// The revision of the newest ReplicaSet whose template is of neither of these; empty: none.
std::string RevisionBefore(const nlohmann::json& deployment, const nlohmann::json& replica_sets,
                           const std::string& running, const std::string& rejected);

// The template of a ReplicaSet as its Deployment has it.
nlohmann::json WithoutHash(const nlohmann::json& pod_template);

// True once the Deployment controller has seen the present spec.
bool IsObserved(const nlohmann::json& deployment);

// Everything in the view but `revision`. Objects that belong to others are passed over. A pod
// counts as available when it is Ready and not being deleted, and no more pods count than the
// ReplicaSet reports, who knows about minReadySeconds. Pods being deleted get no new connections
// and do not count at all.
core::TrackView ViewTrack(const TrackObjects& objects);

}  // namespace slogate::adapters::kubernetes
