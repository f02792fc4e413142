#include "app/cli/author/init_policy.h"

#include <string>

#include "app/cli/terminal/span.h"

namespace slogate::app {
namespace {

std::string Quoted(const std::string& text) { return "'" + Replaced(text, {{'\'', "''"}}) + "'"; }

// The field of a route's kind: HTTPRoute is httpRoute.
std::string FieldOf(const std::string& kind) {
  if (kind == "HTTPRoute") return "httpRoute";
  if (kind == "GRPCRoute") return "grpcRoute";
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

std::string TracksText(const InitTracks& tracks) {
  std::string text;
  if (!tracks.revision_label.empty()) {
    text += "    revisionLabel: " + tracks.revision_label + "\n";
  } else if (!tracks.canary.empty()) {
    text += "    canary: " + Quoted(tracks.canary) + "\n    baseline: " + Quoted(tracks.baseline) +
            "\n";
  }
  if (!text.empty() && !tracks.common.empty()) {
    text += "    common: " + Quoted(tracks.common) + "\n";
  }
  return text.empty() ? "" : "  tracks: # how Prometheus tells canary and baseline apart\n" + text;
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
  policy.route = *route;
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
  policy.text += TracksText(metrics.tracks) + ObjectivesText(metrics);
  policy.notes.push_back({InitNote::Kind::kAssumed,
                          "steps of 5, 25 and 50 percent, five minutes each; add steps to change"});
  return policy;
}

}  // namespace slogate::app
