#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/cli/author/init_policy.h"
#include "app/cli/frame/output.h"
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

bool Contains(const Names& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// Of several backends, canary and baseline, where two names tell: web-canary with web or
// web-stable, web with web-stable. A Service of production is nobody's canary.
std::optional<std::pair<std::string, std::string>> PairIn(const Names& services,
                                                          const Names& of_production) {
  for (const std::string& one : services) {
    if (Contains(of_production, one)) continue;
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
    if (facts.service.empty() ? Contains(facts.finding.services, service)
                              : service == facts.service) {
      return service;
    }
  }
  return services.empty() ? facts.deployment.name : services.front();
}

InitRoute FromSnapshot(const ports::RouteFinding& seen, const InitFacts& facts, InitNotes& notes) {
  notes.push_back({Kind::kFound, seen.kind + " " + seen.name + " with backends " +
                                     (seen.services.empty() ? "none" : Joined(seen.services))});
  if (const auto pair = PairIn(seen.services, facts.finding.services)) {
    return {seen.kind, seen.name, pair->first, pair->second};
  }
  const std::string own = OwnService(seen.services, facts);
  InitRoute route{seen.kind, seen.name, own + "-canary", own};
  notes.push_back({Kind::kAssumed, "Service " + own + " is production's, and Service " +
                                       route.canary_service +
                                       " the canary's, which slogate makes when absent"});
  // An Ingress stays as it is: slogate makes a second one for the canary.
  if (seen.kind != "Ingress") {
    notes.push_back({Kind::kEdit, "apply the policy, then add the backend " + route.canary_service +
                                      " to " + seen.kind + " " + seen.name +
                                      ", with weight 0 beside " + own +
                                      " with weight 100; --patch-route prints the patch"});
  }
  return route;
}

ports::Result<InitRoute> WithoutRoute(const InitFacts& facts, InitNotes& notes) {
  const Names& services = facts.finding.services;
  std::string name = facts.service;
  if (name.empty() && !services.empty()) {
    const bool namesake = Contains(services, facts.deployment.name);
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
                                    " leave out one label that the Deployment selects by; canary "
                                    "pods differ in that one and so join the Service"});
  return InitRoute{"Service", name, "", ""};
}

bool IsRequestedFor(const ports::RouteFinding& seen, const InitFacts& facts) {
  if (!facts.route_name.empty()) {
    return seen.kind == facts.route_kind && seen.name == facts.route_name;
  }
  return facts.service.empty() || Contains(seen.services, facts.service);
}

}  // namespace

ports::Result<InitRoute> ChooseRoute(const InitFacts& facts, InitNotes& notes) {
  const auto& routes = facts.finding.routes;
  const auto chosen =
      std::ranges::find_if(routes, [&](const auto& seen) { return IsRequestedFor(seen, facts); });
  if (chosen == routes.end() && !facts.route_name.empty()) {
    Names there;
    for (const ports::RouteFinding& seen : routes) there.push_back(seen.kind + "/" + seen.name);
    return ports::Fail(ports::ErrorCode::kNotFound,
                       "no " + facts.route_kind + " " + facts.route_name +
                           " sends to a Service of Deployment " + facts.deployment.name +
                           "; there is: " + (there.empty() ? "none" : Joined(there)));
  }
  if (chosen == routes.end()) return WithoutRoute(facts, notes);
  const auto others =
      std::ranges::count_if(routes, [&](const auto& seen) { return IsRequestedFor(seen, facts); });
  if (others > 1) {
    notes.push_back({Kind::kAssumed,
                     "of " + std::to_string(others) + " routes the first; choose with --route"});
  }
  return FromSnapshot(*chosen, facts, notes);
}

std::string RoutePatch(const InitFacts& facts, const InitRoute& route) {
  Json patch = Json::array();
  for (const ports::RouteFinding& seen : facts.finding.routes) {
    if (seen.kind != route.kind || seen.name != route.name) continue;
    for (const ports::SingleBackend& one : seen.single) {
      if (one.service != route.baseline_service) continue;
      const bool by_host = !one.host.empty();
      const std::size_t dot = std::min(one.host.find('.'), one.host.size());
      const std::string host = route.canary_service + one.host.substr(dot);
      Json backend{{"name", route.canary_service}};
      if (one.port != 0) backend["port"] = one.port;
      if (by_host) {
        backend = {{"destination", {{"host", host}}}};
        if (one.port != 0) backend["destination"]["port"]["number"] = one.port;
      }
      backend["weight"] = 0;
      patch.push_back({{"op", "test"},
                       {"path", one.path + (by_host ? "/destination/host" : "/name")},
                       {"value", by_host ? one.host : one.service}});
      patch.push_back({{"op", "add"}, {"path", one.path + "/weight"}, {"value", 100}});
      patch.push_back({{"op", "add"},
                       {"path", one.path.substr(0, one.path.size() - 1) + "-"},
                       {"value", backend}});
    }
  }
  return patch.dump();
}

}  // namespace slogate::app
