#include <algorithm>
#include <chrono>
#include <utility>

#include "spec/names.h"
#include "spec/policy_parts.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kMostRuleNames = 16;

core::Route ReadRoute(ObjectReader& item) {
  core::Route route;
  if (item.Require("httpRoute", "give httpRoute with name, canaryService and baselineService")) {
    ObjectReader http = item.Child("httpRoute");
    if (http.IsObject()) {
      route.name = ReadName(http, "name", NameRule::kDnsSubdomain, "an HTTPRoute");
      route.canary_service = ReadName(http, "canaryService", NameRule::kDnsLabel, "a Service");
      route.baseline_service = ReadName(http, "baselineService", NameRule::kDnsLabel, "a Service");
      route.rule_names = http.Texts("ruleNames", kMostRuleNames, 253);
      if (!route.canary_service.empty() && route.canary_service == route.baseline_service) {
        http.Report("baselineService", "is the canary's Service as well",
                    "give each arm a Service of its own");
      }
      http.RefuseOthers();
    }
  }
  route.settle_time =
      item.Time("settleTime", route.settle_time, {core::Duration{0}, std::chrono::hours(1)});
  route.on_drift = item.Word<core::OnDrift>("onDrift").value_or(route.on_drift);
  item.RefuseOthers();
  return route;
}

}  // namespace

std::vector<core::Route> ReadRoutes(ObjectReader& spec) {
  std::vector<core::Route> routes;
  if (!spec.Require("routes", "give at least one route with httpRoute")) return routes;
  spec.Each("routes", {1, kMostRoutes}, [&](ObjectReader& item, std::size_t) {
    core::Route route = ReadRoute(item);
    const bool twice = std::any_of(routes.begin(), routes.end(), [&](const core::Route& other) {
      return !route.name.empty() && other.name == route.name &&
             other.rule_names == route.rule_names;
    });
    if (twice) {
      item.Report("httpRoute.name", "'" + route.name + "' is listed twice",
                  "remove one, or give each its own ruleNames");
    }
    routes.push_back(std::move(route));
  });
  return routes;
}

}  // namespace slogate::spec
