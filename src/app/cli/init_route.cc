#include "app/cli/init_route.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace slogate::app {
namespace {

using Kind = InitNote::Kind;
using Names = std::vector<std::string>;

constexpr std::array<std::string_view, 3> kCanarySuffixes = {"-canary", "-new", "-preview"};
constexpr std::array<std::string_view, 4> kBaselineSuffixes = {"-baseline", "-stable", "-primary",
                                                               "-old"};

enum class Role { kCanary, kBaseline, kPlain };

struct Reading {
  std::string stem;
  Role role = Role::kPlain;
};

// What a Service's name says by its usual endings.
Reading Read(const std::string& name) {
  const auto without = [&name](std::string_view suffix) {
    return name.substr(0, name.size() - suffix.size());
  };
  for (const std::string_view suffix : kCanarySuffixes) {
    if (name.ends_with(suffix)) return {without(suffix), Role::kCanary};
  }
  for (const std::string_view suffix : kBaselineSuffixes) {
    if (name.ends_with(suffix)) return {without(suffix), Role::kBaseline};
  }
  return {name, Role::kPlain};
}

std::string JoinedNames(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
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
            : std::find(facts.sighting.services.begin(), facts.sighting.services.end(), service) !=
                  facts.sighting.services.end()) {
      return service;
    }
  }
  return services.empty() ? facts.deployment.name : services.front();
}

InitRoute FromSighting(const ports::RouteSighting& seen, const InitFacts& facts, InitNotes& notes) {
  notes.push_back(
      {Kind::kFound, seen.kind + " " + seen.name + " with backends " + JoinedNames(seen.services)});
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
  const Names& services = facts.sighting.services;
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

bool IsAskedFor(const ports::RouteSighting& seen, const InitFacts& facts) {
  if (!facts.route_name.empty()) {
    return seen.kind == facts.route_kind && seen.name == facts.route_name;
  }
  return facts.service.empty() || std::find(seen.services.begin(), seen.services.end(),
                                            facts.service) != seen.services.end();
}

}  // namespace

ports::Result<InitRoute> ChooseRoute(const InitFacts& facts, InitNotes& notes) {
  const auto& routes = facts.sighting.routes;
  const auto chosen = std::find_if(routes.begin(), routes.end(),
                                   [&](const auto& seen) { return IsAskedFor(seen, facts); });
  if (chosen == routes.end() && !facts.route_name.empty()) {
    Names there;
    for (const ports::RouteSighting& seen : routes) there.push_back(seen.kind + "/" + seen.name);
    return ports::Fail(ports::ErrorCode::kNotFound,
                       "no " + facts.route_kind + " " + facts.route_name +
                           " sends to a Service of Deployment " + facts.deployment.name +
                           "; there is: " + JoinedNames(there));
  }
  if (chosen == routes.end()) return WithoutRoute(facts, notes);
  const auto others = std::count_if(routes.begin(), routes.end(),
                                    [&](const auto& seen) { return IsAskedFor(seen, facts); });
  if (others > 1) {
    notes.push_back({Kind::kAssumed,
                     "of " + std::to_string(others) + " routes the first; choose with --route"});
  }
  return FromSighting(*chosen, facts, notes);
}

}  // namespace slogate::app
