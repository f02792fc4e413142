#include "app/cli/init_policy.h"

#include "app/cli/init_metrics.h"
#include "app/cli/init_route.h"

namespace slogate::app {
namespace {

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

// The field of a route's kind: HTTPRoute is httpRoute.
std::string FieldOf(const std::string& kind) {
  if (kind == "HTTPRoute") return "httpRoute";
  std::string field = kind;
  field[0] = static_cast<char>(field[0] - 'A' + 'a');
  return field;
}

std::string RouteText(const InitRoute& route) {
  std::string text =
      "  routes:\n    - " + FieldOf(route.kind) + ":\n        name: " + route.name + "\n";
  if (route.canary_service.empty()) return text;
  return text + "        canaryService: " + route.canary_service +
         "\n        baselineService: " + route.baseline_service + "\n";
}

std::string ArmsText(const InitArms& arms) {
  std::string text;
  if (!arms.revision_label.empty()) {
    text += "    revisionLabel: " + arms.revision_label + "\n";
  } else if (!arms.canary.empty()) {
    text +=
        "    canary: " + Quoted(arms.canary) + "\n    baseline: " + Quoted(arms.baseline) + "\n";
  }
  if (!text.empty() && !arms.common.empty()) text += "    common: " + Quoted(arms.common) + "\n";
  return text.empty() ? "" : "  arms: # how Prometheus tells canary and baseline apart\n" + text;
}

std::string ObjectivesText(const InitMetrics& metrics) {
  std::string text =
      "  objectives:\n    - name: availability\n      dimension: availability\n"
      "      target: 99.5 # percent of requests that must not fail\n"
      "      indicator:\n        counters:\n          total: " +
      metrics.total + "\n          bad: " + Quoted(metrics.bad) + "\n";
  if (metrics.histogram.empty()) return text;
  return text +
         "    - name: latency\n      dimension: latency\n"
         "      target: 99 # percent of requests at or below the threshold\n"
         "      indicator:\n        histogram:\n          metric: " +
         metrics.histogram + "\n          threshold: " + metrics.threshold +
         " # a bucket bound of the histogram\n";
}

}  // namespace

ports::Result<InitPolicy> WritePolicy(const InitFacts& facts) {
  InitPolicy policy;
  const ports::Result<InitRoute> route = ChooseRoute(facts, policy.notes);
  if (!route) return tl::unexpected(route.error());
  const InitMetrics metrics = ChooseMetrics(facts, *route, policy.notes);
  policy.text = "apiVersion: slogate.dev/v1alpha1\nkind: RolloutPolicy\nmetadata:\n  name: " +
                facts.deployment.name + "\n  namespace: " + facts.deployment.ns +
                "\nspec:\n  workload:\n    ref:\n      name: " + facts.deployment.name + "\n" +
                RouteText(*route);
  if (facts.prometheus.empty()) {
    policy.notes.push_back(
        {InitNote::Kind::kAssumed, "the controller's Prometheus provider named default"});
  } else {
    policy.text += "  prometheus:\n    address: " + Quoted(facts.prometheus) +
                   " # as the controller reaches it\n";
  }
  policy.text += ArmsText(metrics.arms) + ObjectivesText(metrics);
  policy.notes.push_back({InitNote::Kind::kAssumed,
                          "steps of 5, 25 and 50 percent, five minutes each; add steps to change"});
  return policy;
}

}  // namespace slogate::app
