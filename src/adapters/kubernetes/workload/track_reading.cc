#include "adapters/kubernetes/workload/track_reading.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/workload/pod_selectors.h"
#include "adapters/kubernetes/workload/pods_problem.h"
#include "adapters/kubernetes/workload/revision.h"
#include "spec/text/units.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

const json kNull;
constexpr const char* kDeploymentRevision = "deployment.kubernetes.io/revision";

// Uid of the object's controller; empty when it has none.
std::string ControllerUid(const json& object) {
  for (const json& owner : ListField(object, {"metadata", "ownerReferences"})) {
    if (FlagField(owner, {"controller"})) return TextField(owner, {"uid"});
  }
  return "";
}

bool BelongsTo(const json& object, const json& owner) {
  const std::string uid = TextField(owner, {"metadata", "uid"});
  return !uid.empty() && ControllerUid(object) == uid;
}

// By the number that Kubernetes gives them whenever it rolls one out.
std::vector<const json*> NewestFirst(const json& deployment, const json& replica_sets) {
  std::vector<std::pair<std::int64_t, const json*>> numbered;
  for (const json& one : replica_sets) {
    if (!BelongsTo(one, deployment) || !Field(one, {"spec", "template"}).is_object()) continue;
    const std::string number = TextField(one, {"metadata", "annotations", kDeploymentRevision});
    numbered.emplace_back(spec::ParseNumber<std::int64_t>(number).value_or(0), &one);
  }
  std::ranges::stable_sort(numbered, std::greater<>(),
                           &std::pair<std::int64_t, const json*>::first);
  std::vector<const json*> sorted;
  for (const auto& [number, one] : numbered) sorted.push_back(one);
  return sorted;
}

// Init containers, and the sidecars among them, say nothing of the release once the pod runs.
std::int64_t Restarts(const json& pod) {
  std::int64_t restarts = 0;
  for (const json& status : ListField(pod, {"status", "containerStatuses"})) {
    restarts += NumberField(status, {"restartCount"});
  }
  return restarts;
}

bool IsGone(const json& pod) {
  const std::string phase = TextField(pod, {"status", "phase"});
  return !Field(pod, {"metadata", "deletionTimestamp"}).is_null() || phase == "Succeeded" ||
         phase == "Failed";
}

bool IsReady(const json& pod) {
  return TextField(Condition(Field(pod, {"status", "conditions"}), "Ready"), {"status"}) == "True";
}

int AtMost(int pods, std::int64_t reported) {
  return static_cast<int>(std::clamp<std::int64_t>(reported, 0, pods));
}

int AsCount(std::int64_t number) {
  return static_cast<int>(std::clamp<std::int64_t>(number, 0, INT32_MAX));
}

ports::Result<json> Items(KubeClient& client, const std::string& path) {
  ports::Result<json> list = client.Get(path);
  return list ? ListField(*list, {"items"}) : list;
}

std::string UnreadableSelector(const json& deployment) {
  const std::string kind = TextField(deployment, {"kind"});
  return (kind.empty() ? "Deployment" : kind) + " " + TextField(deployment, {"metadata", "name"}) +
         " has a selector slogate cannot read; use matchLabels";
}

ports::Result<json> SelectedBy(KubeClient& client, const std::string& collection,
                               const json& deployment) {
  const std::string selector = SelectorText(deployment);
  if (selector.empty()) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument, UnreadableSelector(deployment));
  }
  return Items(client, collection + "?labelSelector=" + http::PercentEncoded(selector));
}

json OwnedBy(const std::string& uid) { return json::array({{{"uid", uid}, {"controller", true}}}); }

// Gives a StatefulSet a ReplicaSet for the revision that it rolls out, and one for all others.
void AddRevisions(TrackObjects& track) {
  json& set = track.owner;
  const std::string uid = TextField(set, {"metadata", "uid"});
  const std::string revision = TextField(set, {"status", "updateRevision"});
  if (uid.empty() || revision.empty()) return;
  set["metadata"]["annotations"] = {{kDeploymentRevision, revision}};
  for (json& pod : track.pods) {
    if (!pod.is_object() || !BelongsTo(pod, set)) continue;
    const bool newest =
        TextField(pod, {"metadata", "labels", "controller-revision-hash"}) == revision;
    pod["metadata"]["ownerReferences"] = OwnedBy(uid + (newest ? "/new" : "/old"));
  }
  for (const bool newest : {true, false}) {
    track.replica_sets.push_back(
        {{"metadata",
          {{"uid", uid + (newest ? "/new" : "/old")},
           {"ownerReferences", OwnedBy(uid)},
           {"labels", {{kTemplateHash, revision}}},
           {"annotations", {{kDeploymentRevision, newest ? revision : ""}}}}},
         {"spec", {{"template", Field(set, {"spec", "template"})}}},
         {"status", {{"availableReplicas", NumberField(set, {"status", "availableReplicas"})}}}});
  }
}

// The object that owns a track's pods, or a null one, and why its pods cannot be found.
ports::Result<TrackObjects> ReadOwner(KubeClient& client, const std::string& path) {
  auto found = Lookup(client, path);
  if (!found) return tl::unexpected(found.error());
  TrackObjects track;
  track.owner = *std::move(found);
  if (!track.owner.is_null() && SelectorText(track.owner).empty()) {
    track.problem = UnreadableSelector(track.owner);
  }
  return track;
}

bool CanHavePods(const TrackObjects& track) {
  return !track.owner.is_null() && track.problem.empty();
}

ports::Result<TrackObjects> AddPods(KubeClient& client, const std::string& ns, TrackObjects track) {
  auto pods = SelectedBy(client, CollectionPath("v1", ns, "pods"), track.owner);
  if (!pods) return tl::unexpected(pods.error());
  track.pods = *std::move(pods);
  return track;
}

}  // namespace

ports::Result<json> ReplicaSetsOf(KubeClient& client, const std::string& ns,
                                  const json& deployment) {
  return SelectedBy(client, CollectionPath("apps/v1", ns, "replicasets"), deployment);
}

ports::Result<TrackObjects> ReadTrack(KubeClient& client, const std::string& ns,
                                      const std::string& deployment) {
  auto track = ReadOwner(client, ObjectPath("apps/v1", ns, "deployments", deployment));
  if (!track || !CanHavePods(*track)) return track;
  auto replica_sets = ReplicaSetsOf(client, ns, track->owner);
  if (!replica_sets) return tl::unexpected(replica_sets.error());
  track->replica_sets = *std::move(replica_sets);
  return AddPods(client, ns, *std::move(track));
}

ports::Result<TrackObjects> ReadStatefulTrack(KubeClient& client, const std::string& ns,
                                              const std::string& stateful_set) {
  auto track = ReadOwner(client, ObjectPath("apps/v1", ns, "statefulsets", stateful_set));
  if (!track || !CanHavePods(*track)) return track;
  track = AddPods(client, ns, *std::move(track));
  if (track) AddRevisions(*track);
  return track;
}

const json& RunningReplicaSet(const json& deployment, const json& replica_sets) {
  const std::string revision =
      TextField(deployment, {"metadata", "annotations", kDeploymentRevision});
  const json* annotated = &kNull;
  const json* active = &kNull;
  int active_count = 0;
  if (!replica_sets.is_array()) return kNull;
  for (const json& candidate : replica_sets) {
    if (!BelongsTo(candidate, deployment)) continue;
    if (NumberField(candidate, {"spec", "replicas"}) > 0) {
      active = &candidate;
      ++active_count;
    }
    if (!revision.empty() &&
        TextField(candidate, {"metadata", "annotations", kDeploymentRevision}) == revision) {
      annotated = &candidate;
    }
  }
  return FlagField(deployment, {"spec", "paused"}) && active_count == 1 ? *active : *annotated;
}

const json& CurrentReplicaSet(const json& deployment, const json& replica_sets) {
  const json& running = RunningReplicaSet(deployment, replica_sets);
  const bool is_current =
      FlagField(deployment, {"spec", "paused"}) ||
      WithoutHash(Field(running, {"spec", "template"})) == Field(deployment, {"spec", "template"});
  return is_current ? running : kNull;
}

const json& ReplicaSetOf(const json& deployment, const json& replica_sets,
                         const std::string& revision) {
  const auto newest_first = NewestFirst(deployment, replica_sets);
  const auto found = std::ranges::find_if(newest_first, [&](const json* one) {
    return RevisionOf(Field(*one, {"spec", "template"})) == revision;
  });
  return found == newest_first.end() ? kNull : **found;
}

std::string RevisionBefore(const json& deployment, const json& replica_sets,
                           const std::string& running, const std::string& rejected) {
  for (const json* const one : NewestFirst(deployment, replica_sets)) {
    std::string revision = RevisionOf(Field(*one, {"spec", "template"}));
    if (revision != running && revision != rejected) return revision;
  }
  return "";
}

json WithoutHash(const json& pod_template) {
  json result = pod_template;
  if (Field(result, {"metadata", "labels"}).is_object()) {
    result["metadata"]["labels"].erase(kTemplateHash);
  }
  return result;
}

bool IsObserved(const json& deployment) {
  return NumberField(deployment, {"status", "observedGeneration"}, -1) >=
         NumberField(deployment, {"metadata", "generation"});
}

core::TrackView ViewTrack(const TrackObjects& objects) {
  core::TrackView view;
  view.exists = objects.owner.is_object();
  if (!view.exists) return view;
  view.desired = AsCount(NumberField(objects.owner, {"spec", "replicas"}, 1));
  const json& current = CurrentReplicaSet(objects.owner, objects.replica_sets);
  view.pod_template_hash = TextField(current, {"metadata", "labels", kTemplateHash});

  std::set<std::string> own;
  std::int64_t reported_any = 0;
  for (const json& replica_set : objects.replica_sets) {
    if (!BelongsTo(replica_set, objects.owner)) continue;
    own.insert(TextField(replica_set, {"metadata", "uid"}));
    reported_any += NumberField(replica_set, {"status", "availableReplicas"});
  }
  std::int64_t restarts_in_all = 0;
  int others = 0;
  json waiting = json::array();
  for (const json& pod : objects.pods) {
    if (!own.contains(ControllerUid(pod)) || IsGone(pod)) continue;
    const bool ready = IsReady(pod);
    if (ready) ++view.available_any;
    if (!BelongsTo(pod, current)) {
      ++others;
      continue;
    }
    if (ready) ++view.available;
    if (!ready) waiting.push_back(pod);
    const int restarts = AsCount(Restarts(pod));
    view.restarts = std::max(view.restarts, restarts);
    restarts_in_all += restarts;
  }
  view.restarts_in_all = AsCount(restarts_in_all);
  view.available = AtMost(view.available, NumberField(current, {"status", "availableReplicas"}));
  view.available_any = AtMost(view.available_any, reported_any);
  view.settled = !view.pod_template_hash.empty() && IsObserved(objects.owner) && others == 0;
  view.pods_problem = PodsProblem(current, waiting);
  return view;
}

}  // namespace slogate::adapters::kubernetes
