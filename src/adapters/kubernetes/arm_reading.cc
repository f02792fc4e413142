#include "adapters/kubernetes/arm_reading.h"

#include <map>
#include <utility>

#include "adapters/kubernetes/arm_view.h"
#include "adapters/kubernetes/digest.h"
#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/object_path.h"

namespace slogate::adapters::kubernetes {

using core::TrackedConfig;
using nlohmann::json;
using Kind = core::TrackedConfig::Kind;

namespace {

constexpr std::size_t kRevisionDigits = 10;

std::string CanonicalText(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string KindName(Kind kind) { return kind == Kind::kConfigMap ? "ConfigMap " : "Secret "; }

// Names of the copies that the arm's template refers to.
ConfigNames CopiesIn(const ArmReading& arm, const std::vector<TrackedConfig>& tracked) {
  const ConfigNames used = NamedIn(Field(arm.deployment, {"spec", "template"}));
  ConfigNames copies;
  for (const TrackedConfig& config : tracked) {
    const std::string copy = CopyName(config.name);
    if (!used.Has(config.kind, copy)) continue;
    (config.kind == Kind::kConfigMap ? copies.config_maps : copies.secrets).insert(copy);
  }
  return copies;
}

std::string RevisionOf(const ArmReading& arm, const std::vector<TrackedConfig>& tracked) {
  json release = {{"template", NormalTemplate(arm.deployment, tracked)}};
  for (const ConfigObject& config : arm.config) {
    release["config"].push_back({KindName(config.config.kind) + config.config.name,
                                 Sha256Hex(CanonicalText(ConfigContent(config.object)))});
  }
  const std::string copied =
      TextField(arm.deployment, {"spec", "template", "metadata", "annotations", kConfigAnnotation});
  if (!copied.empty() && copied != ConfigDigest(arm.config, CopiesIn(arm, tracked))) {
    release["copied"] = copied;
  }
  return Sha256Hex(CanonicalText(release)).substr(0, kRevisionDigits);
}

ports::Result<json> Items(KubeClient& client, const std::string& path) {
  ports::Result<json> list = client.Get(path);
  if (!list) return list;
  const json& items = Field(*list, {"items"});
  return items.is_array() ? items : json::array();
}

ports::Result<void> ReadConfig(KubeClient& client, const std::string& ns,
                               const std::vector<TrackedConfig>& tracked, ArmReading& arm) {
  const ConfigNames used = NamedIn(Field(arm.deployment, {"spec", "template"}));
  for (const TrackedConfig& config : tracked) {
    const std::string copy = CopyName(config.name);
    const std::string name = used.Has(config.kind, copy) ? copy : config.name;
    ports::Result<json> object = Lookup(client, ConfigPath(ns, config.kind, name));
    if (!object) return tl::unexpected(object.error());
    if (object->is_null()) {
      arm.problem = KindName(config.kind) + name +
                    " does not exist; create it, or take it out of workload.tracked";
    }
    arm.config.push_back({config, name, std::move(*object)});
  }
  return {};
}

}  // namespace

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

ports::Result<ArmReading> ReadRelease(KubeClient& client, const std::string& ns,
                                      const std::string& deployment,
                                      const std::vector<TrackedConfig>& tracked) {
  ArmReading arm;
  auto found = Lookup(client, ObjectPath("apps/v1", ns, "deployments", deployment));
  if (!found) return tl::unexpected(found.error());
  arm.deployment = std::move(*found);
  if (arm.deployment.is_null()) return arm;
  if (FlagField(arm.deployment, {"spec", "paused"})) {
    arm.problem = "Deployment " + deployment + " is paused; resume it (kubectl rollout resume)";
  }
  if (const auto read = ReadConfig(client, ns, tracked, arm); !read) {
    return tl::unexpected(read.error());
  }
  arm.view.exists = true;
  arm.view.revision = RevisionOf(arm, tracked);
  return arm;
}

ports::Result<ArmReading> ReadArm(KubeClient& client, const std::string& ns,
                                  const std::string& deployment,
                                  const std::vector<TrackedConfig>& tracked) {
  auto arm = ReadRelease(client, ns, deployment, tracked);
  if (!arm || arm->deployment.is_null()) return arm;
  const std::string selector = SelectorText(arm->deployment);
  if (selector.empty()) {
    arm->problem =
        "Deployment " + deployment + " has a selector slogate cannot read; use matchLabels";
    return arm;
  }
  const std::string query = "?labelSelector=" + Encoded(selector);
  const auto replica_sets = Items(client, CollectionPath("apps/v1", ns, "replicasets") + query);
  if (!replica_sets) return tl::unexpected(replica_sets.error());
  const auto pods = Items(client, CollectionPath("v1", ns, "pods") + query);
  if (!pods) return tl::unexpected(pods.error());
  std::string revision = std::move(arm->view.revision);
  arm->view = ViewArm(arm->deployment, *replica_sets, *pods);
  // What runs is not known before the cluster has looked at what was asked for.
  if (IsObserved(arm->deployment)) arm->view.revision = std::move(revision);
  return arm;
}

}  // namespace slogate::adapters::kubernetes
