#include "support/service_shape.h"

#include "support/rollout_objects.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

constexpr const char* kPercent = "slogate.dev/canary-percent";
constexpr const char* kBeside = "slogate.dev/beside-pods";

}  // namespace

std::vector<std::pair<std::string, json>> ServiceShape::Objects(const std::string& ns) const {
  json service = ServiceObject(kRoute, kDeployment);
  service["spec"]["selector"] = {{kTrackLabel, "yes"}};
  return {{"/api/v1/namespaces/" + ns + "/services", service}};
}

json ServiceShape::PolicyRoute() const { return {{"service", {{"name", kRoute}}}}; }

std::string ServiceShape::name() const { return kCanaryDeployment; }

int ServiceShape::Percent(const json& object) const {
  if (!object.is_object()) return 0;  // the canary is made for a rollout
  if (object.at("spec").value("replicas", 1) == 0) return 0;
  const json annotations = object.at("metadata").value("annotations", json::object());
  const int percent = std::stoi(annotations.value(kPercent, "100"));
  return percent == 0 ? 100 : percent;
}

json ServiceShape::Touch(int round) const {
  return json::array({{{"op", "add"},
                       {"path", "/metadata/annotations/test.slogate.dev~1touched"},
                       {"value", std::to_string(round)}}});
}

std::string ServiceShape::Collection(const std::string& ns) const {
  return "/apis/apps/v1/namespaces/" + ns + "/deployments";
}

void ServiceShape::EraseWeights(json& object) const {
  if (object["metadata"].contains("annotations")) {
    object["metadata"]["annotations"].erase(kPercent);
    object["metadata"]["annotations"].erase(kBeside);
  }
  object["spec"].erase("replicas");
  object.erase("status");
}

}  // namespace slogate::testing
