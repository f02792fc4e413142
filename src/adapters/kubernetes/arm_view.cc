#include "adapters/kubernetes/arm_view.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>

#include "adapters/kubernetes/object_fields.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

const json kNull;
constexpr std::string_view kRevision = "deployment.kubernetes.io/revision";
constexpr std::string_view kHash = "pod-template-hash";

// Uid of the object's controller; empty when it has none.
std::string ControllerUid(const json& object) {
  const json& owners = Field(object, {"metadata", "ownerReferences"});
  if (!owners.is_array()) return "";
  for (const json& owner : owners) {
    if (FlagField(owner, {"controller"})) return TextField(owner, {"uid"});
  }
  return "";
}

bool BelongsTo(const json& object, const json& owner) {
  const std::string uid = TextField(owner, {"metadata", "uid"});
  return !uid.empty() && ControllerUid(object) == uid;
}

json WithoutHash(const json& pod_template) {
  json result = pod_template;
  if (Field(result, {"metadata", "labels"}).is_object()) {
    result["metadata"]["labels"].erase(std::string(kHash));
  }
  return result;
}

int Restarts(const json& pod) {
  std::int64_t restarts = 0;
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    const json& statuses = Field(pod, {"status", list});
    if (!statuses.is_array()) continue;
    for (const json& status : statuses) restarts += NumberField(status, {"restartCount"});
  }
  return static_cast<int>(std::clamp<std::int64_t>(restarts, 0, INT32_MAX));
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

std::string ExpressionText(const json& expression) {
  const std::string key = TextField(expression, {"key"});
  const std::string op = TextField(expression, {"operator"});
  if (op == "Exists") return key;
  if (op == "DoesNotExist") return "!" + key;
  if (op != "In" && op != "NotIn") return "";
  std::string values;
  const json& list = Field(expression, {"values"});
  if (!list.is_array()) return "";
  for (const json& value : list) {
    if (!value.is_string()) return "";
    values += (values.empty() ? "" : ",") + value.get<std::string>();
  }
  return key + (op == "In" ? " in (" : " notin (") + values + ")";
}

}  // namespace

const json& CurrentReplicaSet(const json& deployment, const json& replica_sets) {
  const std::string revision = TextField(deployment, {"metadata", "annotations", kRevision});
  if (revision.empty() || !replica_sets.is_array()) return kNull;
  const json& wanted = Field(deployment, {"spec", "template"});
  for (const json& candidate : replica_sets) {
    if (BelongsTo(candidate, deployment) &&
        TextField(candidate, {"metadata", "annotations", kRevision}) == revision &&
        WithoutHash(Field(candidate, {"spec", "template"})) == WithoutHash(wanted)) {
      return candidate;
    }
  }
  return kNull;
}

bool IsObserved(const json& deployment) {
  return NumberField(deployment, {"status", "observedGeneration"}, -1) >=
         NumberField(deployment, {"metadata", "generation"});
}

core::ArmView ViewArm(const json& deployment, const json& replica_sets, const json& pods) {
  core::ArmView view;
  view.exists = deployment.is_object();
  if (!view.exists) return view;
  view.desired = static_cast<int>(
      std::clamp<std::int64_t>(NumberField(deployment, {"spec", "replicas"}, 1), 0, INT32_MAX));
  const json& current = CurrentReplicaSet(deployment, replica_sets);
  if (IsObserved(deployment))
    view.pod_template_hash = TextField(current, {"metadata", "labels", kHash});

  std::set<std::string> own;
  std::int64_t reported_any = 0;
  for (const json& replica_set : replica_sets) {
    if (!BelongsTo(replica_set, deployment)) continue;
    own.insert(TextField(replica_set, {"metadata", "uid"}));
    reported_any += NumberField(replica_set, {"status", "availableReplicas"});
  }
  int others = 0;
  for (const json& pod : pods) {
    if (!own.contains(ControllerUid(pod)) || IsGone(pod)) continue;
    if (IsReady(pod)) ++view.available_any;
    if (!BelongsTo(pod, current)) {
      ++others;
      continue;
    }
    if (IsReady(pod)) ++view.available;
    view.restarts += Restarts(pod);
  }
  view.available = AtMost(view.available, NumberField(current, {"status", "availableReplicas"}));
  view.available_any = AtMost(view.available_any, reported_any);
  view.settled = !view.pod_template_hash.empty() && others == 0;
  return view;
}

std::string SelectorText(const json& deployment) {
  std::string text;
  const json& labels = Field(deployment, {"spec", "selector", "matchLabels"});
  if (labels.is_object()) {
    for (const auto& [key, value] : labels.items()) {
      if (!value.is_string()) return "";
      text += (text.empty() ? "" : ",") + key + "=" + value.get<std::string>();
    }
  }
  const json& expressions = Field(deployment, {"spec", "selector", "matchExpressions"});
  if (!expressions.is_array()) return text;
  for (const json& expression : expressions) {
    const std::string part = ExpressionText(expression);
    if (part.empty()) return "";
    text += (text.empty() ? "" : ",") + part;
  }
  return text;
}

}  // namespace slogate::adapters::kubernetes
