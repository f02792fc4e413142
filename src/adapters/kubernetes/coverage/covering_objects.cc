#include "adapters/kubernetes/coverage/covering_objects.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "adapters/kubernetes/client/kube_client.h"
#include "spec/text/names.h"

namespace slogate::adapters::kubernetes {

using core::CoveringObject;
using core::CoverKind;
using core::LabelRequirement;
using core::LabelSelector;
using nlohmann::json;

namespace {

using Op = LabelRequirement::Op;

constexpr std::size_t kLongestValue = 63;
constexpr std::size_t kMaxValues = 100;
constexpr std::size_t kMaxRequirements = 50;
constexpr std::size_t kMaxPeers = 100;
constexpr const char* kNamespaceName = "kubernetes.io/metadata.name";
constexpr const char* kBothTracks = "slogate.dev/both-tracks";

bool IsValue(const json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return text.size() <= kLongestValue && std::ranges::all_of(text, [](char letter) {
           return std::string_view("-_.").find(letter) != std::string_view::npos ||
                  (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                  (letter >= 'A' && letter <= 'Z');
         });
}

std::optional<LabelRequirement> ReadExpression(const json& expression) {
  LabelRequirement requirement;
  requirement.key = TextField(expression, {"key"});
  const std::string op = TextField(expression, {"operator"});
  const json& values = ListField(expression, {"values"});
  if (!spec::IsLabelKey(requirement.key) || values.size() > kMaxValues) return std::nullopt;
  for (const json& value : values) {
    if (!IsValue(value)) return std::nullopt;
    requirement.values.push_back(value.get<std::string>());
  }
  const bool has_values = !requirement.values.empty();
  if (op == "In" || op == "NotIn") {
    requirement.op = op == "In" ? Op::kIn : Op::kNotIn;
    return has_values ? std::optional(requirement) : std::nullopt;
  }
  if ((op != "Exists" && op != "DoesNotExist") || has_values) return std::nullopt;
  requirement.op = op == "Exists" ? Op::kExists : Op::kDoesNotExist;
  return requirement;
}

bool AddPairs(const json& labels, LabelSelector& selector) {
  if (labels.is_null()) return true;
  if (!labels.is_object() || labels.size() > kMaxRequirements) return false;
  for (const auto& [key, value] : labels.items()) {
    if (!spec::IsLabelKey(key) || !IsValue(value)) return false;
    selector.push_back({key, Op::kIn, {value.get<std::string>()}});
  }
  return true;
}

// Adds the selector at `field` of `object` as a place; `object` keeps what is wrong with it.
void AddPlace(const json& selector, const std::string& field, CoveringObject& object) {
  if (auto read = ReadSelector(selector)) {
    object.places.push_back({field, *std::move(read)});
  } else {
    object.problem = field + " cannot be read";
  }
}

// Whether pods of `ns` are meant, as far as the namespace's name tells.
bool MeansNamespace(const json& peer, const std::string& ns) {
  const json& selector = Field(peer, {"namespaceSelector"});
  if (selector.is_null()) return true;
  const auto read = ReadSelector(selector);
  return read && core::Selects(*read, {{kNamespaceName, ns}});
}

void AddRules(const json& policy, const std::string& ns, const char* direction, const char* peers,
              std::vector<CoveringObject>& objects) {
  const json& rules = ListField(policy, {"spec", direction});
  for (std::size_t i = 0; i < std::min(rules.size(), kMaxPeers); ++i) {
    CoveringObject rule{CoverKind::kNetworkPolicy, TextField(policy, {"metadata", "name"})};
    rule.admits = true;
    const json& list = ListField(rules[i], {peers});
    for (std::size_t j = 0; j < std::min(list.size(), kMaxPeers); ++j) {
      const json& peer = list[j];
      const bool of_pods =
          !Field(peer, {"podSelector"}).is_null() || !Field(peer, {"namespaceSelector"}).is_null();
      if (!of_pods || !MeansNamespace(peer, ns)) continue;
      AddPlace(Field(peer, {"podSelector"}),
               std::string("spec.") + direction + "[" + std::to_string(i) + "]." + peers + "[" +
                   std::to_string(j) + "].podSelector",
               rule);
    }
    if (!rule.places.empty() || !rule.problem.empty()) objects.push_back(std::move(rule));
  }
}

std::string NamespaceOf(const json& object, const std::string& ns) {
  const std::string own = TextField(object, {"metadata", "namespace"});
  return spec::IsDnsLabel(own) ? own : ns;
}

bool Monitors(const json& monitor, const std::string& ns) {
  if (FlagField(monitor, {"spec", "namespaceSelector", "any"})) return true;
  const json& names = ListField(monitor, {"spec", "namespaceSelector", "matchNames"});
  if (names.empty()) return NamespaceOf(monitor, ns) == ns;
  return std::ranges::find(names, json(ns)) != names.end();
}

}  // namespace

core::LabelMap LabelsIn(const json& object) {
  core::LabelMap labels;
  const json& found = Field(object, {"metadata", "labels"});
  if (!found.is_object()) return labels;
  for (const auto& [key, value] : found.items()) {
    if (spec::IsLabelKey(key) && IsValue(value)) labels.emplace(key, value.get<std::string>());
  }
  return labels;
}

std::optional<LabelSelector> ReadSelector(const json& selector) {
  LabelSelector read;
  if (selector.is_null()) return read;
  const json& expressions = ListField(selector, {"matchExpressions"});
  if (!selector.is_object() || expressions.size() > kMaxRequirements ||
      !AddPairs(Field(selector, {"matchLabels"}), read)) {
    return std::nullopt;
  }
  for (const json& expression : expressions) {
    auto requirement = ReadExpression(expression);
    if (!requirement) return std::nullopt;
    read.push_back(*std::move(requirement));
  }
  return read;
}

std::vector<CoveringObject> CoveringObjects(CoverKind kind, const json& object,
                                            const std::string& ns) {
  CoveringObject covering{kind, TextField(object, {"metadata", "name"})};
  if (!spec::IsDnsSubdomain(covering.name)) return {};
  std::vector<CoveringObject> objects;
  switch (kind) {
    case CoverKind::kService: {
      const json& selector = Field(object, {"spec", "selector"});
      if (!selector.is_object() || selector.empty()) return {};
      AddPlace({{"matchLabels", selector}}, "spec.selector", covering);
      covering.labels = LabelsIn(object);
      covering.for_both = TextField(object, {"metadata", "annotations", kBothTracks}) == "true";
      break;
    }
    case CoverKind::kNetworkPolicy:
      AddRules(object, ns, "ingress", "from", objects);
      AddRules(object, ns, "egress", "to", objects);
      AddPlace(Field(object, {"spec", "podSelector"}), "spec.podSelector", covering);
      break;
    case CoverKind::kPodMonitor:
    case CoverKind::kServiceMonitor:
      if (!Monitors(object, ns)) return {};
      if (const std::string own = NamespaceOf(object, ns); own != ns) {
        covering.name = own + "/" + covering.name;
      }
      AddPlace(Field(object, {"spec", "selector"}), "spec.selector", covering);
      break;
    case CoverKind::kPodDisruptionBudget:
      if (Field(object, {"spec", "selector"}).is_null()) return {};
      AddPlace(Field(object, {"spec", "selector"}), "spec.selector", covering);
      break;
    case CoverKind::kAutoscaler:
      if (TextField(object, {"spec", "scaleTargetRef", "kind"}) != "Deployment") return {};
      covering.scales = TextField(object, {"spec", "scaleTargetRef", "name"});
      break;
  }
  objects.insert(objects.begin(), std::move(covering));
  return objects;
}

}  // namespace slogate::adapters::kubernetes
