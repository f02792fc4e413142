#include "adapters/kubernetes/workload/track_reading.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/workload/track_services.h"

namespace slogate::adapters::kubernetes {

using core::TrackedConfig;
using nlohmann::json;
using Kind = core::TrackedConfig::Kind;

namespace {

const json kNull;
constexpr std::string_view kRevisionAnnotation = "deployment.kubernetes.io/revision";
constexpr std::string_view kHash = "pod-template-hash";

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
    for (const json& status : ListField(pod, {"status", list})) {
      restarts += NumberField(status, {"restartCount"});
    }
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

constexpr std::size_t kRevisionDigits = 10;

std::string CanonicalText(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string KindName(Kind kind) { return kind == Kind::kConfigMap ? "ConfigMap " : "Secret "; }

// Names of the copies that the track's template refers to.
ConfigNames CopiesIn(const TrackReading& track, const std::vector<TrackedConfig>& tracked) {
  const ConfigNames used = NamedIn(Field(track.deployment, {"spec", "template"}));
  ConfigNames copies;
  for (const TrackedConfig& config : tracked) {
    const std::string copy = CopyName(config.name);
    if (!used.Has(config.kind, copy)) continue;
    (config.kind == Kind::kConfigMap ? copies.config_maps : copies.secrets).insert(copy);
  }
  return copies;
}

std::string RevisionOf(const TrackReading& track, const std::vector<TrackedConfig>& tracked) {
  json release = {{"template", NormalTemplate(track.deployment, tracked)}};
  for (const ConfigObject& config : track.config) {
    release["config"].push_back({KindName(config.config.kind) + config.config.name,
                                 Sha256Hex(CanonicalText(ConfigContent(config.object)))});
  }
  const std::string copied = TextField(
      track.deployment, {"spec", "template", "metadata", "annotations", kConfigAnnotation});
  if (!copied.empty() && copied != ConfigDigest(track.config, CopiesIn(track, tracked))) {
    release["copied"] = copied;
  }
  return Sha256Hex(CanonicalText(release)).substr(0, kRevisionDigits);
}

ports::Result<json> Items(KubeClient& client, const std::string& path) {
  ports::Result<json> list = client.Get(path);
  return list ? ListField(*list, {"items"}) : list;
}

ports::Result<void> ReadConfig(KubeClient& client, const std::string& ns,
                               const std::vector<TrackedConfig>& tracked, TrackReading& track) {
  const ConfigNames used = NamedIn(Field(track.deployment, {"spec", "template"}));
  for (const TrackedConfig& config : tracked) {
    const std::string copy = CopyName(config.name);
    const std::string name = used.Has(config.kind, copy) ? copy : config.name;
    ports::Result<json> object = Lookup(client, ConfigPath(ns, config.kind, name));
    if (!object) return tl::unexpected(object.error());
    if (object->is_null()) {
      track.problem = KindName(config.kind) + name +
                      " does not exist; create it, or take it out of workload.tracked";
    }
    track.config.push_back({config, name, std::move(*object)});
  }
  return {};
}

}  // namespace

const json& CurrentReplicaSet(const json& deployment, const json& replica_sets) {
  const std::string revision =
      TextField(deployment, {"metadata", "annotations", kRevisionAnnotation});
  if (revision.empty() || !replica_sets.is_array()) return kNull;
  const json& wanted = Field(deployment, {"spec", "template"});
  for (const json& candidate : replica_sets) {
    if (BelongsTo(candidate, deployment) &&
        TextField(candidate, {"metadata", "annotations", kRevisionAnnotation}) == revision &&
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

core::TrackView ViewTrack(const json& deployment, const json& replica_sets, const json& pods) {
  core::TrackView view;
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
  for (const json& expression : ListField(deployment, {"spec", "selector", "matchExpressions"})) {
    const std::string part = ExpressionText(expression);
    if (part.empty()) return "";
    text += (text.empty() ? "" : ",") + part;
  }
  return text;
}

std::string ConfigPath(const std::string& ns, Kind kind, const std::string& name) {
  return ObjectPath("v1", ns, kind == Kind::kConfigMap ? "configmaps" : "secrets", name);
}

json ConfigContent(const json& object) {
  json content = json::object();
  for (const char* field : {"data", "binaryData"}) {
    const json& value = Field(object, {field});
    if (value.is_object() && !value.empty()) content[field] = value;
  }
  return content;
}

std::string ConfigDigest(const std::vector<ConfigObject>& config, const ConfigNames& names) {
  std::map<std::string, std::string> content;
  for (const ConfigObject& object : config) {
    if (!names.Has(object.config.kind, object.used_name)) continue;
    content[KindName(object.config.kind) + object.config.name] =
        CanonicalText(ConfigContent(object.object));
  }
  return Sha256Hex(CanonicalText(content)).substr(0, kRevisionDigits);
}

ports::Result<TrackReading> ReadRelease(KubeClient& client, const std::string& ns,
                                        const std::string& deployment,
                                        const std::vector<TrackedConfig>& tracked) {
  TrackReading track;
  auto found = Lookup(client, ObjectPath("apps/v1", ns, "deployments", deployment));
  if (!found) return tl::unexpected(found.error());
  track.deployment = std::move(*found);
  if (track.deployment.is_null()) return track;
  if (FlagField(track.deployment, {"spec", "paused"})) {
    track.problem = "Deployment " + deployment + " is paused; resume it (kubectl rollout resume)";
  }
  if (const auto read = ReadConfig(client, ns, tracked, track); !read) {
    return tl::unexpected(read.error());
  }
  track.view.exists = true;
  track.view.revision = RevisionOf(track, tracked);
  return track;
}

ports::Result<TrackReading> ReadTrack(KubeClient& client, const std::string& ns,
                                      const std::string& deployment,
                                      const std::vector<TrackedConfig>& tracked) {
  auto track = ReadRelease(client, ns, deployment, tracked);
  if (!track || track->deployment.is_null()) return track;
  const std::string selector = SelectorText(track->deployment);
  if (selector.empty()) {
    track->problem =
        "Deployment " + deployment + " has a selector slogate cannot read; use matchLabels";
    return track;
  }
  const std::string query = "?labelSelector=" + http::PercentEncoded(selector);
  const auto replica_sets = Items(client, CollectionPath("apps/v1", ns, "replicasets") + query);
  if (!replica_sets) return tl::unexpected(replica_sets.error());
  const auto pods = Items(client, CollectionPath("v1", ns, "pods") + query);
  if (!pods) return tl::unexpected(pods.error());
  std::string revision = std::move(track->view.revision);
  track->view = ViewTrack(track->deployment, *replica_sets, *pods);
  // What runs is not known before the cluster has checked what was asked for.
  if (IsObserved(track->deployment)) track->view.revision = std::move(revision);
  return track;
}

}  // namespace slogate::adapters::kubernetes
