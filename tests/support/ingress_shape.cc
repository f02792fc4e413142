#include "support/ingress_shape.h"

#include "support/rollout_objects.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

constexpr const char* kWeight = "nginx.ingress.kubernetes.io/canary-weight";

json PathTo(const char* path, const char* service) {
  return {{"path", path},
          {"pathType", "Prefix"},
          {"backend", {{"service", {{"name", service}, {"port", {{"number", 80}}}}}}}};
}

}  // namespace

std::vector<std::pair<std::string, json>> IngressShape::Objects(const std::string& ns) const {
  const json rule = {
      {"host", "shop.example.com"},
      {"http", {{"paths", {PathTo("/static", kThirdService), PathTo("/", kBaselineService)}}}}};
  return {{Collection(ns),
           {{"apiVersion", "networking.k8s.io/v1"},
            {"kind", "Ingress"},
            {"metadata", {{"name", kRoute}, {"annotations", {{kTouchedAnnotation, "0"}}}}},
            {"spec", {{"ingressClassName", "nginx"}, {"rules", {rule}}}}}}};
}

json IngressShape::PolicyRoute() const {
  return {{"ingress",
           {{"name", kRoute},
            {"canaryService", kCanaryService},
            {"baselineService", kBaselineService}}}};
}

std::string IngressShape::name() const { return std::string(kRoute) + "-canary"; }

int IngressShape::Percent(const json& object) const {
  if (object.is_null()) return 0;
  const json annotations = object.at("metadata").value("annotations", json::object());
  return std::stoi(annotations.value(kWeight, "0"));
}

json IngressShape::Touch(int round) const {
  return json::array({{{"op", "add"},
                       {"path", "/metadata/annotations/test.slogate.dev~1touched"},
                       {"value", std::to_string(round)}}});
}

std::string IngressShape::Collection(const std::string& ns) const {
  return "/apis/networking.k8s.io/v1/namespaces/" + ns + "/ingresses";
}

void IngressShape::EraseWeights(json& object) const {
  object["metadata"]["annotations"].erase(kWeight);
}

}  // namespace slogate::testing
