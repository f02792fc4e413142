#include "sandbox/demo/demo_objects.h"

#include "sandbox/service/traffic_profile.h"

namespace slogate::sandbox {

using nlohmann::json;

namespace {

constexpr int kReplicas = 3;

json BackendRef(const std::string& service, int weight) {
  return {{"name", service}, {"port", 80}, {"weight", weight}};
}

json Objective(const char* name, double target, json indicator) {
  return {
      {"name", name}, {"dimension", name}, {"target", target}, {"indicator", std::move(indicator)}};
}

json Counters(const char* total, const char* bad) {
  return {{"counters", {{"total", total}, {"bad", bad}}}};
}

json Objectives() {
  return {
      Objective("availability", 99,
                Counters("http_requests_total", "http_requests_total{code=~\"5..\"}")),
      Objective("latency", 98,
                {{"histogram", {{"metric", "http_request_duration_seconds"}, {"threshold", 0.3}}}}),
      Objective("quality", 95, Counters("answers_total", "answers_total{grounded=\"false\"}"))};
}

// Minutes or hours in a real cluster.
json Steps() {
  return {{{"weight", 10}, {"leastDuration", "6s"}},
          {{"weight", 25}, {"leastDuration", "6s"}},
          {{"weight", 50}, {"leastDuration", "6s"}, {"require", "ShownNoWorse"}}};
}

json PolicySpec(const std::string& name, const std::string& prometheus) {
  const auto matcher = [](const std::string& service) { return "service=\"" + service + "\""; };
  return {
      {"workload",
       {{"ref", {{"kind", "Deployment"}, {"name", name}}},
        {"scaleDownDelay", "1s"},
        {"progressDeadline", "60s"}}},
      {"routes",
       {{{"httpRoute",
          {{"name", name},
           {"canaryService", CanaryService(name)},
           {"baselineService", BaselineService(name)}}},
         {"settleTime", "500ms"}}}},
      {"prometheus",
       {{"address", prometheus},
        {"timeout", "5s"},
        {"scrapeInterval", "250ms"},
        {"scrapesPerBlock", 4}}},
      {"arms",
       {{"canary", matcher(CanaryService(name))}, {"baseline", matcher(BaselineService(name))}}},
      {"objectives", Objectives()},
      {"steps", Steps()}};
}

}  // namespace

std::string CanaryService(const std::string& name) { return name + "-canary"; }
std::string BaselineService(const std::string& name) { return name + "-baseline"; }
std::string BaselineDeployment(const std::string& name) { return name + "-baseline"; }

json DemoDeployment(const std::string& name, int version, const std::string& profile) {
  const json labels = {{"app", name}};
  const json container = {{"name", "web"},
                          {"image", name + ":" + std::to_string(version)},
                          {"ports", {{{"name", "http"}, {"containerPort", 8080}}}}};
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", name}}},
          {"spec",
           {{"replicas", kReplicas},
            {"selector", {{"matchLabels", labels}}},
            {"template",
             {{"metadata", {{"labels", labels}, {"annotations", {{kProfileAnnotation, profile}}}}},
              {"spec", {{"containers", {container}}}}}}}}};
}

json DemoRelease(const std::string& name, int version, const std::string& profile) {
  json pod_template = DemoDeployment(name, version, profile)["spec"]["template"];
  pod_template["metadata"].erase("labels");
  return {{"spec", {{"template", pod_template}}}};
}

json DemoRoute(const std::string& name) {
  return {{"apiVersion", "gateway.networking.k8s.io/v1"},
          {"kind", "HTTPRoute"},
          {"metadata", {{"name", name}}},
          {"spec",
           {{"parentRefs", {{{"name", "public"}}}},
            {"hostnames", {name + ".example.com"}},
            {"rules",
             {{{"backendRefs",
                {BackendRef(BaselineService(name), 100), BackendRef(CanaryService(name), 0)}}}}}}}};
}

json DemoPolicy(const std::string& name, const std::string& prometheus) {
  return {{"apiVersion", "slogate.dev/v1alpha1"},
          {"kind", "RolloutPolicy"},
          {"metadata", {{"name", name}, {"namespace", kDemoNamespace}}},
          {"spec", PolicySpec(name, prometheus)}};
}

}  // namespace slogate::sandbox
