#include "adapters/kubernetes/workload/pod_template.h"

#include <functional>
#include <string_view>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/workload/track_services.h"

namespace slogate::adapters::kubernetes {

using core::TrackedConfig;
using nlohmann::json;
using Kind = core::TrackedConfig::Kind;

namespace {

constexpr std::string_view kSuffix = "-baseline";
constexpr std::size_t kLongestLabelValue = 63;
constexpr std::string_view kOwnPrefix = "slogate.dev/";

std::string TwinValue(const std::string& own) {
  if (own.size() + kSuffix.size() <= kLongestLabelValue) return own + std::string(kSuffix);
  const std::string mark = "-" + Sha256Hex(own).substr(0, 8);
  const std::size_t kept = kLongestLabelValue - kSuffix.size() - mark.size();
  return own.substr(0, kept) + mark + std::string(kSuffix);
}

// Calls `visit` for every label selector within `value`, such as those of affinity terms.
void ForEachLabelSelector(json& value, const std::function<void(json&)>& visit) {
  if (value.is_array()) {
    for (json& item : value) ForEachLabelSelector(item, visit);
  } else if (value.is_object()) {
    for (auto& [name, item] : value.items()) {
      if (name == "labelSelector") {
        visit(item);
      } else {
        ForEachLabelSelector(item, visit);
      }
    }
  }
}

// Replaces `from` by `to` where a selector asks for label `key`.
void MapSelector(json& selector, const std::string& key, const std::string& from,
                 const std::string& to) {
  if (!selector.is_object()) return;
  if (Field(selector, {"matchLabels", key}) == from) selector["matchLabels"][key] = to;
  const auto expressions = selector.find("matchExpressions");
  if (expressions == selector.end() || !expressions->is_array()) return;
  for (json& expression : *expressions) {
    if (TextField(expression, {"key"}) != key) continue;
    const auto values = expression.find("values");
    if (values == expression.end() || !values->is_array()) continue;
    for (json& value : *values) {
      if (value == from) value = to;
    }
  }
}

void MapPodSelectors(json& pod_template, const std::string& key, const std::string& from,
                     const std::string& to) {
  if (!Field(pod_template, {"spec"}).is_object()) return;
  json& spec = pod_template["spec"];
  for (const char* where : {"affinity", "topologySpreadConstraints"}) {
    const auto found = spec.find(where);
    if (found == spec.end()) continue;
    ForEachLabelSelector(*found, [&](json& selector) { MapSelector(selector, key, from, to); });
  }
}

using NameVisitor = std::function<void(Kind, std::string&)>;

void VisitName(json& holder, const char* reference, const char* field, Kind kind,
               const NameVisitor& visit) {
  if (!Field(holder, {reference, field}).is_string()) return;
  visit(kind, holder[reference][field].get_ref<std::string&>());
}

void VisitEach(json& holder, const char* list, const std::function<void(json&)>& visit) {
  if (!Field(holder, {list}).is_array()) return;
  for (json& item : holder[list]) visit(item);
}

void VisitContainer(json& container, const NameVisitor& visit) {
  VisitEach(container, "envFrom", [&](json& source) {
    VisitName(source, "configMapRef", "name", Kind::kConfigMap, visit);
    VisitName(source, "secretRef", "name", Kind::kSecret, visit);
  });
  VisitEach(container, "env", [&](json& variable) {
    if (!Field(variable, {"valueFrom"}).is_object()) return;
    VisitName(variable["valueFrom"], "configMapKeyRef", "name", Kind::kConfigMap, visit);
    VisitName(variable["valueFrom"], "secretKeyRef", "name", Kind::kSecret, visit);
  });
}

void VisitVolume(json& volume, const NameVisitor& visit) {
  VisitName(volume, "configMap", "name", Kind::kConfigMap, visit);
  VisitName(volume, "secret", "secretName", Kind::kSecret, visit);
  if (!Field(volume, {"projected"}).is_object()) return;
  VisitEach(volume["projected"], "sources", [&](json& source) {
    VisitName(source, "configMap", "name", Kind::kConfigMap, visit);
    VisitName(source, "secret", "name", Kind::kSecret, visit);
  });
}

// Every place where a pod names a ConfigMap or Secret whose content it reads.
void ForEachConfigName(json& pod_template, const NameVisitor& visit) {
  if (!Field(pod_template, {"spec"}).is_object()) return;
  json& spec = pod_template["spec"];
  VisitEach(spec, "volumes", [&](json& volume) { VisitVolume(volume, visit); });
  for (const char* list : {"containers", "initContainers", "ephemeralContainers"}) {
    VisitEach(spec, list, [&](json& container) { VisitContainer(container, visit); });
  }
}

void EraseOwn(json& pod_template, const char* field, const json& also) {
  if (!Field(pod_template, {"metadata", field}).is_object()) return;
  json kept = json::object();
  for (const auto& [name, value] : pod_template["metadata"][field].items()) {
    if (!std::string_view(name).starts_with(kOwnPrefix) && !also.contains(name)) {
      kept[name] = value;
    }
  }
  if (kept.empty()) {
    pod_template["metadata"].erase(field);
  } else {
    pod_template["metadata"][field] = std::move(kept);
  }
}

}  // namespace

ports::Result<TwinLabel> ChooseTwinLabel(const json& deployment) {
  const std::string name = TextField(deployment, {"metadata", "name"});
  const json& selector = Field(deployment, {"spec", "selector"});
  const json& labels = Field(selector, {"matchLabels"});
  const json& expressions = Field(selector, {"matchExpressions"});
  if (expressions.is_array() && !expressions.empty()) {
    return ports::Fail(
        ports::ErrorCode::kInvalidArgument,
        "Deployment " + name + " selects pods by matchExpressions, which cannot be " +
            "mapped to a baseline; select by matchLabels, or set promotion: External");
  }
  if (!labels.is_object() || labels.empty()) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "Deployment " + name + " selects pods without matchLabels; give it one");
  }
  for (const std::string key : {"app", "app.kubernetes.io/name"}) {
    const std::string own = TextField(labels, {key});
    if (!own.empty()) return TwinLabel{key, own, TwinValue(own)};
  }
  const std::string own = labels.begin()->is_string() ? labels.begin()->get<std::string>() : "";
  return TwinLabel{labels.begin().key(), own, TwinValue(own)};
}

std::string CopyName(const std::string& name) { return name + std::string(kSuffix); }

bool ConfigNames::Has(Kind kind, const std::string& name) const {
  return kind == Kind::kConfigMap ? config_maps.contains(name) : secrets.contains(name);
}

ConfigNames NamedIn(const json& pod_template) {
  ConfigNames names;
  json copy = pod_template;
  ForEachConfigName(copy, [&](Kind kind, std::string& name) {
    (kind == Kind::kConfigMap ? names.config_maps : names.secrets).insert(name);
  });
  return names;
}

json TwinTemplate(const json& pod_template, const TwinLabel& label,
                  const std::vector<TrackedConfig>& tracked) {
  json twin = pod_template;
  if (!Field(twin, {"metadata", "labels"}).is_object()) return twin;
  twin["metadata"]["labels"][label.key] = label.twin;
  twin["metadata"]["labels"].erase("pod-template-hash");
  MapPodSelectors(twin, label.key, label.own, label.twin);
  ForEachConfigName(twin, [&](Kind kind, std::string& name) {
    for (const TrackedConfig& config : tracked) {
      if (config.kind == kind && config.name == name) {
        name = CopyName(config.name);
        return;
      }
    }
  });
  return twin;
}

json NormalTemplate(const json& deployment, const std::vector<TrackedConfig>& tracked) {
  json normal = Field(deployment, {"spec", "template"});
  if (!normal.is_object()) return normal;
  json dropped = Field(deployment, {"spec", "selector", "matchLabels"});
  if (!dropped.is_object()) dropped = json::object();
  for (const auto& [key, value] : dropped.items()) {
    if (value.is_string()) MapPodSelectors(normal, key, value.get<std::string>(), "");
  }
  dropped["pod-template-hash"] = true;
  if (Field(normal, {"metadata"}).is_object()) normal["metadata"].erase("creationTimestamp");
  EraseOwn(normal, "labels", dropped);
  EraseOwn(normal, "annotations", json::object());
  ForEachConfigName(normal, [&](Kind kind, std::string& name) {
    for (const TrackedConfig& config : tracked) {
      if (config.kind == kind && CopyName(config.name) == name) {
        name = config.name;
        return;
      }
    }
  });
  return normal;
}

}  // namespace slogate::adapters::kubernetes
