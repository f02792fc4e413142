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

json Counters(const std::string& total, const std::string& bad) {
  return {{"counters", {{"total", total}, {"bad", bad}}}};
}

// Each workload's own series only: its error budget is that of both arms together.
std::string Of(const std::string& name, const char* metric, const char* matcher = nullptr) {
  std::string selector = std::string(metric) + "{service=~\"" + name + "-(canary|baseline)\"";
  if (matcher != nullptr) selector += std::string(",") + matcher;
  return selector + "}";
}

// Seconds where a real cluster has minutes and hours.
json BurnRates() {
  return {{{"severity", "Page"}, {"longWindow", "8s"}, {"shortWindow", "3s"}, {"factor", 4}}};
}

json Objectives(const std::string& name) {
  json objectives = {
      Objective("availability", 99,
                Counters(Of(name, "http_requests_total"),
                         Of(name, "http_requests_total", "code=~\"5..\""))),
      Objective("latency", 98,
                {{"histogram",
                  {{"metric", Of(name, "http_request_duration_seconds")}, {"threshold", 0.3}}}}),
      Objective(
          "quality", 95,
          Counters(Of(name, "answers_total"), Of(name, "answers_total", "grounded=\"false\"")))};
  for (json& objective : objectives) {
    objective["window"] = "10m";
    objective["burnRates"] = BurnRates();
  }
  return objectives;
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
      {"objectives", Objectives(name)},
      {"budget", {{"onBurning", "Pause"}}},
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
