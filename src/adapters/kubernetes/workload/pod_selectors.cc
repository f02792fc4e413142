#include "adapters/kubernetes/workload/pod_selectors.h"

#include <algorithm>
#include <functional>

#include "adapters/kubernetes/client/kube_client.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

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

std::string ExpressionText(const json& expression) {
  const std::string key = TextField(expression, {"key"});
  const std::string op = TextField(expression, {"operator"});
  if (op == "Exists") return key;
  if (op == "DoesNotExist") return "!" + key;
  if (op != "In" && op != "NotIn") return "";
  std::string values;
  for (const json& value : ListField(expression, {"values"})) {
    if (!value.is_string()) return "";
    values += (values.empty() ? "" : ",") + value.get<std::string>();
  }
  return key + (op == "In" ? " in (" : " notin (") + values + ")";
}

}  // namespace

bool SelectsLabels(const json& selector, const json& labels) {
  if (!selector.is_object() || selector.empty() || !labels.is_object()) return false;
  return std::ranges::all_of(selector.items(), [&](const auto& pair) {
    const auto label = labels.find(pair.key());
    return label != labels.end() && *label == pair.value();
  });
}

std::string PairsText(const json& labels) {
  std::string text;
  if (!labels.is_object()) return text;
  for (const auto& [key, value] : labels.items()) {
    text += (text.empty() ? "" : ",") + key + "=";
    if (value.is_string()) text += value.get<std::string>();
  }
  return text;
}

std::string SelectorText(const json& deployment) {
  const json& labels = Field(deployment, {"spec", "selector", "matchLabels"});
  if (labels.is_object() &&
      !std::ranges::all_of(labels, [](const json& value) { return value.is_string(); })) {
    return "";
  }
  std::string text = PairsText(labels);
  for (const json& expression : ListField(deployment, {"spec", "selector", "matchExpressions"})) {
    const std::string part = ExpressionText(expression);
    if (part.empty()) return "";
    text += (text.empty() ? "" : ",") + part;
  }
  return text;
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

}  // namespace slogate::adapters::kubernetes
