#include "app/cli/author/init_policy.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "app/cli/terminal/span.h"

namespace slogate::app {
namespace {

using Kind = InitNote::Kind;
using Names = std::vector<std::string>;

enum class Role { kCanary, kBaseline, kPlain };

constexpr std::pair<std::string_view, Role> kSuffixes[] = {
    {"-canary", Role::kCanary},     {"-new", Role::kCanary},      {"-preview", Role::kCanary},
    {"-baseline", Role::kBaseline}, {"-stable", Role::kBaseline}, {"-primary", Role::kBaseline},
    {"-old", Role::kBaseline}};

struct Reading {
  std::string stem;
  Role role = Role::kPlain;
};

// What a Service's name says by its usual endings.
Reading Read(const std::string& name) {
  for (const auto& [suffix, role] : kSuffixes) {
    if (name.ends_with(suffix)) return {name.substr(0, name.size() - suffix.size()), role};
  }
  return {name, Role::kPlain};
}

// Of several backends, canary and baseline, where two names tell: web-canary with web or
// web-stable, web with web-stable.
std::optional<std::pair<std::string, std::string>> PairIn(const Names& services) {
  for (const std::string& one : services) {
    const Reading canary = Read(one);
    for (const std::string& other : services) {
      const Reading baseline = Read(other);
      const bool tells = canary.role != baseline.role && canary.role != Role::kBaseline &&
                         baseline.role != Role::kCanary;
      if (tells && canary.stem == baseline.stem) return std::pair(one, other);
    }
  }
  return std::nullopt;
}

// The Service among `services` that is the Deployment's own.
std::string OwnService(const Names& services, const InitFacts& facts) {
  for (const std::string& service : services) {
    if (!facts.service.empty()
            ? service == facts.service
            : std::find(facts.finding.services.begin(), facts.finding.services.end(), service) !=
                  facts.finding.services.end()) {
      return service;
    }
  }
  return services.empty() ? facts.deployment.name : services.front();
}

InitRoute FromSnapshot(const ports::RouteFinding& seen, const InitFacts& facts, InitNotes& notes) {
  notes.push_back({Kind::kFound, seen.kind + " " + seen.name + " with backends " +
                                     (seen.services.empty() ? "none" : Joined(seen.services))});
  if (const auto pair = PairIn(seen.services)) {
    return {seen.kind, seen.name, pair->first, pair->second};
  }
  const std::string own = OwnService(seen.services, facts);
  InitRoute route{seen.kind, seen.name, own + "-canary", own + "-baseline"};
  const std::string both = route.canary_service + " and " + route.baseline_service;
  notes.push_back({Kind::kAssumed, "Services " + both + ", which slogate makes when absent"});
  if (seen.kind == "Ingress") {
    notes.push_back({Kind::kEdit, "once pods of " + facts.deployment.name +
                                      "-baseline are ready, point Ingress " + seen.name + " at " +
                                      route.baseline_service});
  } else {
    notes.push_back({Kind::kEdit, "in " + seen.kind + " " + seen.name + " give " + both +
                                      " as backends, weights 0 and 100, once pods of " +
                                      facts.deployment.name + "-baseline are ready"});
  }
  return route;
}

ports::Result<InitRoute> WithoutRoute(const InitFacts& facts, InitNotes& notes) {
  const Names& services = facts.finding.services;
  std::string name = facts.service;
  if (name.empty() && !services.empty()) {
    const bool namesake =
        std::find(services.begin(), services.end(), facts.deployment.name) != services.end();
    name = namesake ? facts.deployment.name : services.front();
  }
  if (name.empty()) {
    return ports::Fail(ports::ErrorCode::kNotFound, "no Service selects the pods of Deployment " +
                                                        facts.deployment.name +
                                                        "; make one, or name it with --service");
  }
  notes.push_back({Kind::kFound, "Service " + name + " and no route to it"});
  notes.push_back(
      {Kind::kAssumed, "traffic is shared by number of pods; name a route with --route"});
  notes.push_back({Kind::kEdit, "let Service " + name +
                                    " select by a label that the Deployment does not select by"});
  return InitRoute{"Service", name, "", ""};
}

bool IsRequestedFor(const ports::RouteFinding& seen, const InitFacts& facts) {
  if (!facts.route_name.empty()) {
    return seen.kind == facts.route_kind && seen.name == facts.route_name;
  }
  return facts.service.empty() || std::find(seen.services.begin(), seen.services.end(),
                                            facts.service) != seen.services.end();
}

std::string Quoted(const std::string& text) { return "'" + Replaced(text, {{'\'', "''"}}) + "'"; }

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

ports::Result<InitRoute> ChooseRoute(const InitFacts& facts, InitNotes& notes) {
  const auto& routes = facts.finding.routes;
  const auto chosen = std::find_if(routes.begin(), routes.end(),
                                   [&](const auto& seen) { return IsRequestedFor(seen, facts); });
  if (chosen == routes.end() && !facts.route_name.empty()) {
    Names there;
    for (const ports::RouteFinding& seen : routes) there.push_back(seen.kind + "/" + seen.name);
    return ports::Fail(ports::ErrorCode::kNotFound,
                       "no " + facts.route_kind + " " + facts.route_name +
                           " sends to a Service of Deployment " + facts.deployment.name +
                           "; there is: " + (there.empty() ? "none" : Joined(there)));
  }
  if (chosen == routes.end()) return WithoutRoute(facts, notes);
  const auto others = std::count_if(routes.begin(), routes.end(),
                                    [&](const auto& seen) { return IsRequestedFor(seen, facts); });
  if (others > 1) {
    notes.push_back({Kind::kAssumed,
                     "of " + std::to_string(others) + " routes the first; choose with --route"});
  }
  return FromSnapshot(*chosen, facts, notes);
}

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
  policy.text += TracksText(metrics.tracks) + ObjectivesText(metrics);
  policy.notes.push_back({InitNote::Kind::kAssumed,
                          "steps of 5, 25 and 50 percent, five minutes each; add steps to change"});
  return policy;
}

}  // namespace slogate::app
