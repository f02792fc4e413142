#include "support/route_shape.h"

#include <map>

#include "support/ingress_shape.h"
#include "support/rollout_objects.h"
#include "support/service_shape.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

json Replace(const char* path, const std::string& value) {
  return {{"op", "replace"}, {"path", path}, {"value", value}};
}

constexpr const char* kTouchedPath = "/metadata/annotations/test.slogate.dev~1touched";

class HttpRouteShape : public RouteShape {
 public:
  std::vector<std::pair<std::string, json>> Objects(const std::string& ns) const override {
    return {{Collection(ns), RouteObject()}};
  }
  json PolicyRoute() const override {
    return {{"httpRoute",
             {{"name", kRoute},
              {"canaryService", kCanaryService},
              {"baselineService", kBaselineService},
              {"ruleNames", {"main"}}}}};
  }
  std::string resource() const override { return "httproutes"; }
  std::string name() const override { return kRoute; }
  int Percent(const json& object) const override {
    return object.is_object() ? PairPercent(object) : -1;
  }
  json Touch(int round) const override {
    const std::string text = std::to_string(round);
    json patch = json::array({Replace(kTouchedPath, text)});
    if (round % 4 == 0) {
      patch.push_back(Replace("/spec/rules/0/filters/0/requestHeaderModifier/set/0/value", text));
    }
    return patch;
  }

 protected:
  std::string Collection(const std::string& ns) const override {
    return "/apis/gateway.networking.k8s.io/v1/namespaces/" + ns + "/httproutes";
  }
  void EraseWeights(json& object) const override {
    for (json& rule : object["spec"]["rules"]) {
      if (rule.value("name", "") != "main") continue;
      for (json& backend : rule["backendRefs"]) {
        const std::string name = backend.value("name", "");
        if (name == kCanaryService || name == kBaselineService) backend.erase("weight");
      }
    }
  }
};

class GrpcRouteShape : public HttpRouteShape {
 public:
  std::vector<std::pair<std::string, json>> Objects(const std::string& ns) const override {
    json route = RouteObject();
    route["kind"] = "GRPCRoute";
    route["spec"]["rules"][0]["matches"] = {{{"method", {{"service", "office.Static"}}}}};
    return {{Collection(ns), route}};
  }
  json PolicyRoute() const override {
    return {{"grpcRoute", HttpRouteShape::PolicyRoute().at("httpRoute")}};
  }
  std::string resource() const override { return "grpcroutes"; }

 protected:
  std::string Collection(const std::string& ns) const override {
    return "/apis/gateway.networking.k8s.io/v1/namespaces/" + ns + "/grpcroutes";
  }
};

class VirtualServiceShape : public RouteShape {
 public:
  std::vector<std::pair<std::string, json>> Objects(const std::string& ns) const override {
    const json fixed = {{"name", "static"},
                        {"match", {{{"uri", {{"prefix", "/static"}}}}}},
                        {"headers", {{"request", {{"set", {{"x-route", "0"}}}}}}},
                        {"route", {{{"destination", {{"host", kThirdService}}}}}}};
    const json main = {
        {"name", "main"},
        {"timeout", "5s"},
        {"route",
         {Destination(std::string(kBaselineService) + "." + ns + ".svc.cluster.local", 100),
          Destination(kThirdService, 5), Destination(kCanaryService, 0)}}};
    return {{Collection(ns),
             {{"apiVersion", "networking.istio.io/v1"},
              {"kind", "VirtualService"},
              {"metadata", {{"name", kRoute}, {"annotations", {{kTouchedAnnotation, "0"}}}}},
              {"spec", {{"hosts", {"shop.example.com"}}, {"http", {fixed, main}}}}}}};
  }
  json PolicyRoute() const override {
    return {{"virtualService",
             {{"name", kRoute},
              {"canaryService", kCanaryService},
              {"baselineService", kBaselineService}}}};
  }
  std::string resource() const override { return "virtualservices"; }
  std::string name() const override { return kRoute; }
  int Percent(const json& object) const override {
    if (!object.is_object()) return -1;
    const json& pair = object.at("spec").at("http").at(1).at("route");
    const int canary = pair.at(2).value("weight", 0);
    const int sum = canary + pair.at(0).value("weight", 0);
    return sum == 0 ? -1 : (100 * canary + sum / 2) / sum;
  }
  json Touch(int round) const override {
    const std::string text = std::to_string(round);
    json patch = json::array({Replace(kTouchedPath, text)});
    if (round % 4 == 0) patch.push_back(Replace("/spec/http/0/headers/request/set/x-route", text));
    return patch;
  }

 protected:
  std::string Collection(const std::string& ns) const override {
    return "/apis/networking.istio.io/v1/namespaces/" + ns + "/virtualservices";
  }
  void EraseWeights(json& object) const override {
    json& route = object["spec"]["http"][1]["route"];
    route[0].erase("weight");
    route[2].erase("weight");
  }

 private:
  static json Destination(const std::string& host, int weight) {
    return {{"destination", {{"host", host}, {"port", {{"number", 80}}}}}, {"weight", weight}};
  }
};

}  // namespace

json RouteShape::WithoutWeights(json object) const {
  for (const char* const field : {"resourceVersion", "generation", "managedFields"}) {
    object["metadata"].erase(field);
  }
  EraseWeights(object);
  return object;
}

const RouteShape& ShapeOf(const std::string& kind) {
  static const HttpRouteShape kHttpRoute;
  static const GrpcRouteShape kGrpcRoute;
  static const VirtualServiceShape kVirtualService;
  static const IngressShape kIngress;
  static const ServiceShape kService;
  static const std::map<std::string, const RouteShape*> kShapes = {
      {"HTTPRoute", &kHttpRoute},
      {"GRPCRoute", &kGrpcRoute},
      {"VirtualService", &kVirtualService},
      {"Ingress", &kIngress},
      {"Service", &kService}};
  return *kShapes.at(kind);
}

}  // namespace slogate::testing
