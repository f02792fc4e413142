#include "support/rollout_objects.h"

#include "support/actors.h"
#include "support/route_shape.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

json Annotations(const PodVersion& version) {
  return {{kProfileAnnotation, version.profile},
          {kBehaviourAnnotation, version.behaviour},
          {kVersionAnnotation, version.version}};
}

json HeaderFilter(const char* type, const char* field, const char* value) {
  return {{"type", type}, {field, {{"set", {{{"name", "x-route"}, {"value", value}}}}}}};
}

json BackendRef(const char* service, int weight) {
  return {{"name", service}, {"port", 80}, {"weight", weight}};
}

json Counters(const char* total, const char* bad) {
  return {{"counters", {{"total", total}, {"bad", bad}}}};
}

json Objectives() {
  return {{{"name", "availability"},
           {"dimension", "availability"},
           {"target", 99},
           {"indicator", Counters("http_requests_total", "http_requests_total{code=~\"5..\"}")}},
          {{"name", "latency"},
           {"dimension", "latency"},
           {"target", 98},
           {"indicator",
            {{"histogram", {{"metric", "http_request_duration_seconds"}, {"threshold", 0.3}}}}}},
          {{"name", "grounded"},
           {"dimension", "quality"},
           {"target", 95},
           {"indicator", Counters("answers_total", "answers_total{grounded=\"false\"}")}}};
}

json Steps(std::chrono::seconds least) {
  const std::string duration = std::to_string(least.count()) + "s";
  return {{{"weight", 10}, {"minDuration", duration}},
          {{"weight", 25}, {"minDuration", duration}},
          {{"weight", 50}, {"minDuration", duration}, {"require", "ProvenNotWorse"}}};
}

std::string Matcher(const char* name, const std::string& value) {
  return std::string(name) + "=\"" + value + "\"";
}

json Tracks(const RolloutSettings& settings, const std::string& ns) {
  const std::string common = Matcher("namespace", ns);
  if (settings.revision_label || ShapeOf(settings.route_kind).CountsPods()) {
    return {{"revisionLabel", "pod_template_hash"}, {"common", common}};
  }
  return {{"canary", Matcher("service", kCanaryService)},
          {"baseline", Matcher("service", kBaselineService)},
          {"common", common}};
}

}  // namespace

json DeploymentObject(const std::string& name, int replicas, const PodVersion& version) {
  const json labels = {{"app", name}};
  json pod_labels = labels;
  if (name != kThirdService) pod_labels[kTrackLabel] = "yes";
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", name}}},
          {"spec",
           {{"replicas", replicas},
            {"selector", {{"matchLabels", labels}}},
            {"template",
             {{"metadata", {{"labels", pod_labels}, {"annotations", Annotations(version)}}},
              {"spec",
               {{"terminationGracePeriodSeconds", 5},
                {"containers",
                 {{{"name", "web"},
                   {"image", "web:" + version.version},
                   {"ports", {{{"name", "http"}, {"containerPort", 8080}}}}}}}}}}}}}};
}

json WorkloadObject(const RolloutSettings& settings, const std::string& name,
                    const PodVersion& version) {
  json object = DeploymentObject(name, settings.replicas, version);
  if (!settings.stateful_sets) return object;
  object["kind"] = "StatefulSet";
  object["spec"]["serviceName"] = name;
  return object;
}

std::string WorkloadResource(const RolloutSettings& settings) {
  return settings.stateful_sets ? "statefulsets" : "deployments";
}

json ReleasePatch(const PodVersion& version) {
  json patch = DeploymentObject(kDeployment, 0, version);
  json pod_template = patch["spec"]["template"];
  pod_template["metadata"].erase("labels");
  return {{"spec", {{"template", pod_template}}}};
}

json ServiceObject(const std::string& name, const std::string& deployment) {
  return {{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata", {{"name", name}}},
          {"spec",
           {{"selector", {{"app", deployment}}},
            {"ports", {{{"name", "http"}, {"port", 80}, {"targetPort", 8080}}}}}}};
}

json RouteObject() {
  const json fixed = {
      {"name", "static"},
      {"matches", {{{"path", {{"type", "PathPrefix"}, {"value", "/static"}}}}}},
      {"filters", {HeaderFilter("RequestHeaderModifier", "requestHeaderModifier", "0")}},
      {"backendRefs", {BackendRef(kThirdService, 1)}}};
  const json preview = {{"name", "preview"},
                        {"matches", {{{"headers", {{{"name", "x-preview"}, {"value", "yes"}}}}}}},
                        {"backendRefs", {BackendRef(kCanaryService, 1)}}};
  const json main = {
      {"name", "main"},
      {"filters", {HeaderFilter("ResponseHeaderModifier", "responseHeaderModifier", "main")}},
      {"backendRefs",
       {BackendRef(kBaselineService, 100), BackendRef(kThirdService, 5),
        BackendRef(kCanaryService, 0)}}};
  return {{"apiVersion", "gateway.networking.k8s.io/v1"},
          {"kind", "HTTPRoute"},
          {"metadata", {{"name", kRoute}, {"annotations", {{kTouchedAnnotation, "0"}}}}},
          {"spec",
           {{"parentRefs", {{{"name", "public"}}, {{"name", "internal"}}}},
            {"hostnames", {"shop.example.com"}},
            {"rules", {fixed, preview, main}}}}};
}

int PairPercent(const json& route) {
  for (const json& rule : route.at("spec").value("rules", json::array())) {
    if (rule.value("name", "") != "main") continue;
    int canary = 0;
    int baseline = 0;
    for (const json& backend : rule.value("backendRefs", json::array())) {
      const std::string name = backend.value("name", "");
      if (name == kCanaryService) canary = backend.value("weight", 1);
      if (name == kBaselineService) baseline = backend.value("weight", 1);
    }
    const int sum = canary + baseline;
    return sum == 0 ? -1 : (100 * canary + sum / 2) / sum;
  }
  return -1;
}

json PolicyObject(const RolloutSettings& settings, const std::string& ns,
                  const std::string& prometheus) {
  const char* const kind = settings.stateful_sets ? "StatefulSet" : "Deployment";
  json workload = {{"ref", {{"kind", kind}, {"name", kDeployment}}},
                   {"scaleDownDelay", "1s"},
                   {"progressDeadline", "30s"}};
  if (settings.external) {
    workload["promotion"] = "External";
    workload["canaryRef"] = {{"kind", kind}, {"name", kCanaryDeployment}};
  }
  json route = ShapeOf(settings.route_kind).PolicyRoute();
  route["settleTime"] = "500ms";
  json policy = {{"apiVersion", "slogate.dev/v1alpha1"},
                 {"kind", "RolloutPolicy"},
                 {"metadata", {{"name", kPolicy}, {"namespace", ns}}},
                 {"spec",
                  {{"workload", workload},
                   {"routes", json::array({route})},
                   {"prometheus",
                    {{"address", prometheus},
                     {"timeout", "5s"},
                     {"scrapeInterval", "250ms"},
                     {"scrapesPerBlock", 4}}},
                   {"tracks", Tracks(settings, ns)},
                   {"objectives", Objectives()},
                   {"steps", Steps(settings.step)}}}};
  policy["spec"].merge_patch(settings.policy_spec);
  return policy;
}

}  // namespace slogate::testing
