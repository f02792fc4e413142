#include "sandbox/actors/workload_plan.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/object_path.h"
#include "sandbox/actors/deployment_status.h"
#include "sandbox/actors/object_watch.h"
#include "sandbox/actors/owned.h"
#include "sandbox/actors/replica_set_plan.h"
#include "sandbox/actors/rolling_update.h"

namespace slogate::sandbox {

using adapters::kubernetes::CollectionPath;
using adapters::kubernetes::Field;
using adapters::kubernetes::FlagField;
using adapters::kubernetes::NumberField;
using adapters::kubernetes::ObjectPath;
using nlohmann::json;

namespace {

constexpr const char* kHashLabel = "pod-template-hash";
constexpr const char* kRevision = "deployment.kubernetes.io/revision";

std::string PathOf(const char* plural, const json& object) {
  return ObjectPath("apps/v1", NamespaceOf(object), plural, NameOf(object));
}

json WithoutHash(json pod_template) {
  if (Field(pod_template, {"metadata", "labels"}).is_object()) {
    pod_template["metadata"]["labels"].erase(kHashLabel);
  }
  return pod_template;
}

std::int64_t RevisionOf(const json& object) {
  const std::string text = AnnotationOf(object, kRevision);
  return text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") < text.size()
             ? 0
             : std::stoll(text);
}

json RevisionPatch(std::int64_t revision) {
  return {{"metadata", {{"annotations", {{kRevision, std::to_string(revision)}}}}}};
}

Replicas ReplicasOf(const json& replica_set) {
  return {NumberField(replica_set, {"spec", "replicas"}, 1),
          NumberField(replica_set, {"status", "availableReplicas"})};
}

json NewReplicaSet(const json& deployment, std::int64_t replicas, std::int64_t revision) {
  json pod_template = Field(deployment, {"spec", "template"});
  const std::string hash = TemplateHash(pod_template);
  pod_template["metadata"]["labels"][kHashLabel] = hash;
  json selector = Field(deployment, {"spec", "selector"});
  selector["matchLabels"][kHashLabel] = hash;
  return {{"apiVersion", "apps/v1"},
          {"kind", "ReplicaSet"},
          {"metadata",
           {{"name", NameOf(deployment) + "-" + hash},
            {"namespace", NamespaceOf(deployment)},
            {"labels", pod_template["metadata"]["labels"]},
            {"annotations", {{kRevision, std::to_string(revision)}}},
            {"ownerReferences", OwnerReferences("apps/v1", "Deployment", deployment)}}},
          {"spec", {{"replicas", replicas}, {"selector", selector}, {"template", pod_template}}}};
}

// A Deployment with its ReplicaSets told apart.
struct Release {
  const json& deployment;
  std::int64_t desired = 0;
  json newest;            // null when there is none for the present template
  std::vector<json> old;  // in the order of their revisions
  std::int64_t revision = 0;
};

Release ReleaseOf(const json& deployment, const std::vector<json>& replica_sets) {
  Release release{deployment, NumberField(deployment, {"spec", "replicas"}, 1), {}, {}, 0};
  const json wanted = WithoutHash(Field(deployment, {"spec", "template"}));
  std::int64_t highest_old = 0;
  for (const json& one : OwnedBy(replica_sets, deployment)) {
    if (release.newest.is_null() && WithoutHash(Field(one, {"spec", "template"})) == wanted) {
      release.newest = one;
    } else {
      release.old.push_back(one);
      highest_old = std::max(highest_old, RevisionOf(one));
    }
  }
  std::stable_sort(release.old.begin(), release.old.end(), [](const json& left, const json& right) {
    return RevisionOf(left) < RevisionOf(right);
  });
  release.revision = std::max(highest_old + 1, RevisionOf(release.newest));
  return release;
}

void PlanScale(const json& replica_set, std::int64_t replicas, std::vector<Write>& writes) {
  if (ReplicasOf(replica_set).asked == replicas) return;
  writes.push_back({Write::Verb::kMergePatch,
                    PathOf("replicasets", replica_set),
                    {{"spec", {{"replicas", replicas}}}}});
}

void PlanRelease(const Release& release, const std::string& now, std::vector<Write>& writes) {
  const json& deployment = release.deployment;
  const Tolerance tolerance = ToleranceOf(deployment, release.desired);
  std::vector<Replicas> old;
  for (const json& one : release.old) old.push_back(ReplicasOf(one));
  const Replicas newest = release.newest.is_null() ? Replicas{} : ReplicasOf(release.newest);
  const Scales scales = NextScales(release.desired, tolerance, newest, old);
  if (release.newest.is_null()) {
    writes.push_back({Write::Verb::kCreate,
                      CollectionPath("apps/v1", NamespaceOf(deployment), "replicasets"),
                      NewReplicaSet(deployment, scales.newest, release.revision)});
  } else {
    if (RevisionOf(release.newest) != release.revision) {
      writes.push_back({Write::Verb::kMergePatch, PathOf("replicasets", release.newest),
                        RevisionPatch(release.revision)});
    }
    PlanScale(release.newest, scales.newest, writes);
  }
  for (std::size_t i = 0; i < release.old.size(); ++i) {
    PlanScale(release.old[i], scales.old[i], writes);
  }
  if (RevisionOf(deployment) != release.revision) {
    writes.push_back({Write::Verb::kMergePatch, PathOf("deployments", deployment),
                      RevisionPatch(release.revision)});
  }
  json patch = DeploymentStatusPatch(deployment, release.newest, release.old,
                                     release.desired - tolerance.unavailable, now);
  if (patch.is_null()) return;
  writes.push_back({Write::Verb::kMergePatch,
                    PathOf("deployments", deployment) + "/status",
                    {{"status", std::move(patch)}}});
}

std::set<std::string> Uids(const std::vector<json>& objects) {
  std::set<std::string> uids;
  for (const json& object : objects) uids.insert(UidOf(object));
  return uids;
}

// True when a controller is named and gone.
bool IsOrphan(const json& object, const std::set<std::string>& owners) {
  const std::string owner = ControllerUid(object);
  return !owner.empty() && !IsEnding(object) && !owners.contains(owner);
}

}  // namespace

std::string TemplateHash(const json& pod_template) {
  constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char letter : pod_template.dump(-1, ' ', true, json::error_handler_t::replace)) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  }
  std::string text;
  for (int i = 0; i < 10; ++i) {
    text += kLetters[hash % kLetters.size()];
    hash /= kLetters.size();
  }
  return text;
}

std::vector<Write> PlanWorkloads(const NamespaceView& view,
                                 const std::function<std::string()>& suffix,
                                 const std::string& now) {
  std::vector<Write> writes;
  for (const json& deployment : view.deployments) {
    if (IsEnding(deployment) || FlagField(deployment, {"spec", "paused"})) continue;
    PlanRelease(ReleaseOf(deployment, view.replica_sets), now, writes);
  }
  const std::set<std::string> deployments = Uids(view.deployments);
  for (const json& replica_set : view.replica_sets) {
    if (IsOrphan(replica_set, deployments)) {
      writes.push_back({Write::Verb::kDelete, PathOf("replicasets", replica_set), json()});
    } else if (!IsEnding(replica_set)) {
      const std::vector<json> pods = OwnedBy(view.pods, replica_set);
      for (Write& write : PlanReplicaSet(replica_set, pods, suffix)) {
        writes.push_back(std::move(write));
      }
    }
  }
  const std::set<std::string> replica_sets = Uids(view.replica_sets);
  for (const json& pod : view.pods) {
    if (!IsOrphan(pod, replica_sets)) continue;
    writes.push_back(
        {Write::Verb::kDelete, ObjectPath("v1", NamespaceOf(pod), "pods", NameOf(pod)), json()});
  }
  return writes;
}

}  // namespace slogate::sandbox
