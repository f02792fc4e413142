#include "sandbox/actors/replica_set_plan.h"

#include <algorithm>
#include <cstdint>

#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/object_path.h"
#include "sandbox/actors/object_watch.h"
#include "sandbox/actors/owned.h"

namespace slogate::sandbox {

using adapters::kubernetes::CollectionPath;
using adapters::kubernetes::Field;
using adapters::kubernetes::NumberField;
using adapters::kubernetes::ObjectPath;
using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

bool IsActive(const json& pod) {
  const std::string phase = TextField(pod, {"status", "phase"});
  return !IsEnding(pod) && phase != "Succeeded" && phase != "Failed";
}

json PodOf(const json& replica_set, const std::string& suffix) {
  const json& pod_template = Field(replica_set, {"spec", "template"});
  json metadata = {{"name", NameOf(replica_set) + "-" + suffix},
                   {"namespace", NamespaceOf(replica_set)},
                   {"ownerReferences", OwnerReferences("apps/v1", "ReplicaSet", replica_set)}};
  for (const char* const field : {"labels", "annotations"}) {
    const json& value = Field(pod_template, {"metadata", field});
    if (value.is_object()) metadata[field] = value;
  }
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", metadata},
          {"spec", Field(pod_template, {"spec"})}};
}

// Those that serve nobody first, then the youngest.
void SortForEnding(std::vector<json>& pods) {
  std::stable_sort(pods.begin(), pods.end(), [](const json& left, const json& right) {
    if (IsServing(left) != IsServing(right)) return !IsServing(left);
    return TextField(left, {"metadata", "creationTimestamp"}) >
           TextField(right, {"metadata", "creationTimestamp"});
  });
}

}  // namespace

json CountsPatch(const json& present, const json& wanted) {
  json patch = json::object();
  for (const auto& [name, value] : wanted.items()) {
    const bool absent = value.is_number() && value == 0;
    const json& now = Field(present, {name});
    if (absent ? !now.is_null() : now != value) patch[name] = absent ? json() : value;
  }
  return patch.empty() ? json() : patch;
}

std::vector<Write> PlanReplicaSet(const json& replica_set, const std::vector<json>& pods,
                                  const std::function<std::string()>& suffix) {
  const std::string ns = NamespaceOf(replica_set);
  std::vector<json> active;
  std::copy_if(pods.begin(), pods.end(), std::back_inserter(active), IsActive);
  const std::int64_t serving = std::count_if(active.begin(), active.end(), IsServing);
  const json counts = {
      {"replicas", active.size()},
      {"fullyLabeledReplicas", active.size()},
      {"readyReplicas", serving},
      {"availableReplicas", serving},
      {"observedGeneration", NumberField(replica_set, {"metadata", "generation"})}};
  std::vector<Write> writes;
  const auto present = static_cast<std::int64_t>(active.size());
  const std::int64_t wanted = NumberField(replica_set, {"spec", "replicas"}, 1);
  for (std::int64_t i = present; i < wanted; ++i) {
    writes.push_back(
        {Write::Verb::kCreate, CollectionPath("v1", ns, "pods"), PodOf(replica_set, suffix())});
  }
  SortForEnding(active);
  for (std::int64_t i = wanted; i < present; ++i) {
    const json& pod = active[static_cast<std::size_t>(i - wanted)];
    writes.push_back({Write::Verb::kDelete, ObjectPath("v1", ns, "pods", NameOf(pod)), json()});
  }
  if (json patch = CountsPatch(Field(replica_set, {"status"}), counts); !patch.is_null()) {
    writes.push_back({Write::Verb::kMergePatch,
                      ObjectPath("apps/v1", ns, "replicasets", NameOf(replica_set)) + "/status",
                      {{"status", std::move(patch)}}});
  }
  return writes;
}

}  // namespace slogate::sandbox
