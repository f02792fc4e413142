#include "sandbox/api/built_in_kinds.h"

#include <utility>

#include "adapters/kubernetes/base64.h"
#include "adapters/kubernetes/object_fields.h"

namespace slogate::sandbox {

using adapters::kubernetes::Field;
using adapters::kubernetes::NumberField;
using adapters::kubernetes::TextField;
using nlohmann::json;

namespace {

constexpr std::int64_t kDefaultGraceSeconds = 30;

void Default(json& object, const char* field, json value) {
  if (!object.contains(field) || object[field].is_null()) object[field] = std::move(value);
}

void CompleteService(json& spec) {
  Default(spec, "type", "ClusterIP");
  Default(spec, "sessionAffinity", "None");
  if (!spec.contains("ports") || !spec["ports"].is_array()) return;
  for (json& port : spec["ports"]) {
    if (!port.is_object()) continue;
    Default(port, "protocol", "TCP");
    Default(port, "targetPort", Field(port, {"port"}));
  }
}

void CompleteSecret(json& secret) {
  Default(secret, "type", "Opaque");
  const json given = secret.value("stringData", json());
  secret.erase("stringData");
  if (!given.is_object()) return;
  for (const auto& [name, value] : given.items()) {
    if (!value.is_string()) continue;
    secret["data"][name] = adapters::kubernetes::EncodeBase64(value.get_ref<const std::string&>());
  }
}

std::string SelectorText(const json& object) {
  std::string text;
  const json& labels = Field(object, {"spec", "selector", "matchLabels"});
  if (!labels.is_object()) return text;
  for (const auto& [name, value] : labels.items()) {
    if (!value.is_string()) continue;
    text += (text.empty() ? "" : ",") + name + "=" + value.get<std::string>();
  }
  return text;
}

// What the real server's types leave out: absent and null are one.
void DropNulls(json& value, int depth) {
  if (depth > 64) return;
  if (value.is_object()) {
    for (auto field = value.begin(); field != value.end();) {
      if (field->is_null()) {
        field = value.erase(field);
      } else {
        DropNulls(*field, depth + 1);
        ++field;
      }
    }
  } else if (value.is_array()) {
    for (json& item : value) DropNulls(item, depth + 1);
  }
}

}  // namespace

void CompleteBuiltIn(const ResourceType& type, json& object) {
  if (type.custom || type.plural == "customresourcedefinitions") return;
  DropNulls(object, 0);
  if (type.plural == "secrets") CompleteSecret(object);
  for (const char* map : {"data", "binaryData"}) {
    if (object.contains(map) && object[map].empty()) object.erase(map);
  }
  if (!object.contains("spec") || !object["spec"].is_object()) return;
  json& spec = object["spec"];
  if (type.has_scale) Default(spec, "replicas", 1);
  if (type.plural == "services") CompleteService(spec);
  if (type.plural == "pods") Default(spec, "terminationGracePeriodSeconds", kDefaultGraceSeconds);
}

json FirstStatus(const ResourceType& type) {
  if (type.custom) return nullptr;
  if (type.plural == "pods") return {{"phase", "Pending"}};
  if (type.plural == "namespaces") return {{"phase", "Active"}};
  return json::object();
}

json ScaleOf(const json& object) {
  json scale = {{"kind", "Scale"}, {"apiVersion", "autoscaling/v1"}};
  for (const char* field : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
    scale["metadata"][field] = Field(object, {"metadata", field});
  }
  const std::int64_t replicas = NumberField(object, {"spec", "replicas"});
  scale["spec"] = replicas == 0 ? json::object() : json{{"replicas", replicas}};
  scale["status"] = {{"replicas", NumberField(object, {"status", "replicas"})},
                     {"selector", SelectorText(object)}};
  return scale;
}

Answered<json> Scaled(const json& object, const json& scale) {
  const std::int64_t replicas = NumberField(scale, {"spec", "replicas"});
  const json& version = Field(scale, {"metadata", "resourceVersion"});
  if (replicas < 0) return BadRequest("spec.replicas must not be negative");
  json scaled = object;
  scaled["spec"]["replicas"] = replicas;
  if (!version.is_null()) scaled["metadata"]["resourceVersion"] = version;
  return scaled;
}

Answered<json> Bound(const Target& target, const json& pod, const json& binding) {
  const std::string node = TextField(binding, {"target", "name"});
  if (node.empty()) return BadRequest("target.name is required");
  const std::string present = TextField(pod, {"spec", "nodeName"});
  if (!present.empty()) {
    return Conflict(*target.type, target.name,
                    "pod " + target.name + " is already assigned to node \"" + present + '"');
  }
  json bound = pod;
  bound["spec"]["nodeName"] = node;
  return bound;
}

std::int64_t GraceSeconds(const ResourceType& type, const json& object) {
  if (!type.group.empty() || type.plural != "pods") return 0;
  if (TextField(object, {"spec", "nodeName"}).empty()) return 0;
  const std::string phase = TextField(object, {"status", "phase"});
  if (phase == "Succeeded" || phase == "Failed") return 0;
  return NumberField(object, {"spec", "terminationGracePeriodSeconds"}, kDefaultGraceSeconds);
}

}  // namespace slogate::sandbox
