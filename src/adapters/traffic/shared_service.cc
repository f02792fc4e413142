#include "adapters/traffic/shared_service.h"

#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/pod_template.h"

namespace slogate::adapters::traffic {

using kubernetes::Field;
using nlohmann::json;

std::string WhyNotSelected(const json& service, const json& labels) {
  const json& selector = Field(service, {"spec", "selector"});
  if (!selector.is_object() || selector.empty()) return "has no selector";
  for (const auto& [name, value] : selector.items()) {
    if (Field(labels, {name}) == value) continue;
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    return "selects " + name + "=" + text + ", which they do not have";
  }
  return "";
}

const json& PodLabels(const json& deployment) {
  return Field(deployment, {"spec", "template", "metadata", "labels"});
}

json TwinLabels(const json& deployment) {
  const auto label = kubernetes::ChooseTwinLabel(deployment);
  if (!label) return nullptr;
  const json twin = kubernetes::TwinTemplate(Field(deployment, {"spec", "template"}), *label, {});
  return Field(twin, {"metadata", "labels"});
}

}  // namespace slogate::adapters::traffic
