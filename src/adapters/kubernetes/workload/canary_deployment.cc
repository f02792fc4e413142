#include "adapters/kubernetes/workload/canary_deployment.h"

#include <algorithm>
#include <string_view>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/workload/ownership.h"
#include "adapters/kubernetes/workload/pod_selectors.h"
#include "adapters/kubernetes/workload/revision.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

constexpr std::string_view kSuffix = "-canary";
constexpr std::size_t kLongestLabelValue = 63;

std::string CanaryValue(const std::string& own) {
  if (own.size() + kSuffix.size() <= kLongestLabelValue) return own + std::string(kSuffix);
  const std::string mark = "-" + Sha256Hex(own).substr(0, 8);
  const std::size_t kept = kLongestLabelValue - kSuffix.size() - mark.size();
  return own.substr(0, kept) + mark + std::string(kSuffix);
}

tl::unexpected<ports::Error> Refuse(const std::string& message) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument, message);
}

std::string Called(const json& object, const char* kind) {
  return std::string(kind) + " " + TextField(object, {"metadata", "name"});
}

bool SelectsBy(const json& service, const std::string& key, const json& value) {
  return Field(service, {"spec", "selector", key}) == value;
}

CanaryLabel LabelOf(const json& labels, const std::string& key) {
  const std::string own = TextField(labels, {key});
  return {key, own, CanaryValue(own)};
}

// Why no label of the selector will do, with the fix.
std::string WhyNoLabel(const json& production, const FrontServices& services) {
  const json& labels = Field(production, {"spec", "selector", "matchLabels"});
  const std::string deployment = Called(production, "Deployment");
  const auto none = [&](const json& service) {
    return std::none_of(labels.items().begin(), labels.items().end(), [&](const auto& label) {
      return SelectsBy(service, label.key(), label.value());
    });
  };
  for (const json& service : services.of_production) {
    if (!none(service)) continue;
    const json& pods = Field(production, {"spec", "template", "metadata", "labels"});
    const json& selector = Field(service, {"spec", "selector"});
    if (!SelectsLabels(selector, pods)) {
      return Called(service, "Service") + " selects pods by " + PairsText(selector) +
             " and so none of " + deployment + "; correct its selector: the pods have " +
             PairsText(pods);
    }
    return Called(service, "Service") + " selects pods by " +
           PairsText(Field(service, {"spec", "selector"})) + ", so it would select the canary's " +
           "pods too; add a label of " + deployment + "'s selector (" + PairsText(labels) +
           ") to the Service's selector";
  }
  for (const json& service : services.of_both) {
    return Called(service, "Service") + " selects pods by every label of " + deployment +
           "'s selector (" + PairsText(labels) + "), so the canary's pods cannot join it; give " +
           "the pods another label and have the Service select by that alone";
  }
  return "The Services of " + deployment + " select pods by no common label of its selector (" +
         PairsText(labels) + "); have each of them select by the same one";
}

void CopyIfPresent(const json& from, json& to, const char* field) {
  const json& value = Field(from, {field});
  if (!value.is_null()) to[field] = value;
}

}  // namespace

ports::Result<CanaryLabel> ChooseCanaryLabel(const json& production, const std::string& named,
                                             const FrontServices& services) {
  const std::string deployment = Called(production, "Deployment");
  const json& selector = Field(production, {"spec", "selector"});
  const json& labels = Field(selector, {"matchLabels"});
  if (!ListField(selector, {"matchExpressions"}).empty()) {
    return Refuse(deployment + " selects pods by matchExpressions, which cannot be mapped to a " +
                  "canary; make it again with matchLabels, or set promotion: External");
  }
  if (!labels.is_object() || labels.empty()) {
    return Refuse(deployment + " selects pods without matchLabels; give it one");
  }
  if (!named.empty()) {
    if (!TextField(labels, {named}).empty()) return LabelOf(labels, named);
    return Refuse("workload.canaryLabel names " + named + ", which the selector of " + deployment +
                  " does not have; name a label of " + PairsText(labels));
  }
  std::vector<std::string> fit;
  for (const auto& [key, value] : labels.items()) {
    const auto selected = [&key = key, &value = value](const json& service) {
      return SelectsBy(service, key, value);
    };
    if (value.is_string() && std::ranges::all_of(services.of_production, selected) &&
        std::ranges::none_of(services.of_both, selected)) {
      fit.push_back(key);
    }
  }
  if (fit.empty()) return Refuse(WhyNoLabel(production, services));
  for (const char* const usual : {"app", "app.kubernetes.io/name"}) {
    if (std::ranges::find(fit, usual) != fit.end()) return LabelOf(labels, usual);
  }
  return LabelOf(labels, fit.front());
}

json CanarySelector(const json& production, const CanaryLabel& label) {
  json labels = Field(production, {"spec", "selector", "matchLabels"});
  if (labels.is_object()) labels[label.key] = label.canary;
  return labels;
}

json CanaryTemplate(const json& pod_template, const CanaryLabel& label) {
  json canary = pod_template;
  if (!Field(canary, {"metadata", "labels"}).is_object()) return canary;
  canary["metadata"]["labels"][label.key] = label.canary;
  canary["metadata"]["labels"].erase(kTemplateHash);
  MapPodSelectors(canary, label.key, label.own, label.canary);
  return canary;
}

json CanaryDeployment(const json& production, const CanaryLabel& label,
                      const ports::PolicyRecord& record, int replicas) {
  const json& own = Field(production, {"spec"});
  const json& pod_template = Field(own, {"template"});
  json metadata = OwnMetadata(record.policy->workload.canary_deployment, record);
  metadata["annotations"][kRevisionAnnotation] = RevisionOf(pod_template);
  json spec = {{"replicas", replicas},
               {"paused", false},
               {"selector", {{"matchLabels", CanarySelector(production, label)}}},
               {"template", CanaryTemplate(pod_template, label)}};
  CopyIfPresent(own, spec, "minReadySeconds");
  CopyIfPresent(own, spec, "progressDeadlineSeconds");
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", std::move(metadata)},
          {"spec", std::move(spec)}};
}

json CanaryPatch(const json& present, const json& wanted) {
  json patch = json::array({{{"op", "replace"},
                             {"path", "/metadata/resourceVersion"},
                             {"value", Field(present, {"metadata", "resourceVersion"})}}});
  const auto put = [&](const std::string& path, const json& value) {
    patch.push_back({{"op", "add"}, {"path", path}, {"value", value}});
  };
  const json& metadata = Field(wanted, {"metadata"});
  for (const char* const name : {"policy", "revision"}) {
    put(std::string("/metadata/annotations/slogate.dev~1") + name,
        Field(metadata, {"annotations", std::string("slogate.dev/") + name}));
  }
  put("/metadata/ownerReferences", Field(metadata, {"ownerReferences"}));
  const json& spec = Field(wanted, {"spec"});
  for (const char* const field :
       {"replicas", "paused", "template", "minReadySeconds", "progressDeadlineSeconds"}) {
    if (spec.contains(field)) put(std::string("/spec/") + field, spec[field]);
  }
  return patch;
}

}  // namespace slogate::adapters::kubernetes
