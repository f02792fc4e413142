#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "spec/policy/policy_parts.h"
#include "spec/text/names.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kMaxRuleNames = 16;
constexpr std::size_t kLongestRouteName = 512;

void RefuseNamespace(ObjectReader& reader, std::string_view field) {
  reader.Report(field, "names a namespace; a route in another namespace is not supported",
                "create the route in the policy's namespace; its Gateway may be in another, by "
                "parentRefs[].namespace. Backends in another namespace need a ReferenceGrant, and "
                "a policy must not move what its author has no rights to");
}

std::string ReadRouteName(ObjectReader& reader, NameRule rule, const std::string& of_what) {
  if (reader.Has("namespace")) RefuseNamespace(reader, "namespace");
  if (reader.IsText("name")) {
    const auto name = reader.Text("name", kLongestRouteName);
    if (!name) return "";
    if (name->find('/') != std::string::npos) {
      RefuseNamespace(reader, "name");
      return "";
    }
  }
  return ReadName(reader, "name", rule, of_what);
}

void ReadServices(ObjectReader& reader, core::Route& route) {
  route.canary_service = ReadName(reader, "canaryService", NameRule::kDnsLabel, "a Service");
  route.baseline_service = ReadName(reader, "baselineService", NameRule::kDnsLabel, "a Service");
  if (!route.canary_service.empty() && route.canary_service == route.baseline_service) {
    reader.Report("baselineService", "is the canary's Service as well",
                  "give each track a Service of its own");
  }
}

void ReadGatewayRoute(ObjectReader& reader, core::Route& route) {
  route.name = ReadRouteName(reader, NameRule::kDnsSubdomain, "the " + route.kind);
  ReadServices(reader, route);
  route.rule_names = reader.Texts("ruleNames", kMaxRuleNames, 253);
}

void ReadHttpRoute(ObjectReader& reader, core::Route& route) {
  route.kind = "HTTPRoute";
  ReadGatewayRoute(reader, route);
}

void ReadGrpcRoute(ObjectReader& reader, core::Route& route) {
  route.kind = "GRPCRoute";
  ReadGatewayRoute(reader, route);
}

void ReadSubsets(ObjectReader& reader, core::Route& route) {
  route.host = ReadName(reader, "host", NameRule::kDnsSubdomain, "a host of the VirtualService");
  route.canary_subset = ReadName(reader, "canarySubset", NameRule::kDnsLabel, "a subset");
  route.baseline_subset = ReadName(reader, "baselineSubset", NameRule::kDnsLabel, "a subset");
  if (!route.canary_subset.empty() && route.canary_subset == route.baseline_subset) {
    reader.Report("baselineSubset", "is the canary's subset as well",
                  "give each track a subset of its own");
  }
  for (const char* const field : {"canaryService", "baselineService"}) {
    if (!reader.Has(field)) continue;
    reader.Report(field, "has no place beside subsets",
                  "keep the two Services, or host and the two subsets");
  }
}

void ReadVirtualService(ObjectReader& reader, core::Route& route) {
  route.kind = "VirtualService";
  route.name = ReadRouteName(reader, NameRule::kDnsSubdomain, "a VirtualService");
  if (reader.Has("host") || reader.Has("canarySubset") || reader.Has("baselineSubset")) {
    ReadSubsets(reader, route);
  } else {
    ReadServices(reader, route);
  }
  route.rule_names = reader.Texts("routeNames", kMaxRuleNames, 253);
}

void ReadIngress(ObjectReader& reader, core::Route& route) {
  route.kind = "Ingress";
  route.name = ReadRouteName(reader, NameRule::kDnsSubdomain, "an Ingress");
  ReadServices(reader, route);
  route.canary_ingress = route.name + std::string(kCanarySuffix);
  if (reader.Has("canaryIngress")) {
    route.canary_ingress =
        ReadName(reader, "canaryIngress", NameRule::kDnsSubdomain, "the canary's Ingress");
  } else if (route.canary_ingress.size() > 253) {
    reader.Report("name", "leaves no room for the name of the canary's Ingress",
                  "use at most 246 letters, or give canaryIngress");
  }
  if (!route.name.empty() && route.canary_ingress == route.name) {
    reader.Report("canaryIngress", "is the Ingress of name as well",
                  "name another, or leave it out and slogate makes " + route.name +
                      std::string(kCanarySuffix));
  }
}

void ReadService(ObjectReader& reader, core::Route& route) {
  route.kind = "Service";
  route.name = ReadRouteName(reader, NameRule::kDnsLabel, "a Service");
}

struct Form {
  std::string_view field;
  void (*read)(ObjectReader&, core::Route&);
};
constexpr std::array kForms = {
    Form{"httpRoute", &ReadHttpRoute},
    Form{"grpcRoute", &ReadGrpcRoute},
    Form{"virtualService", &ReadVirtualService},
    Form{"ingress", &ReadIngress},
    Form{"service", &ReadService},
};

// The route, by the first of the fields that say its kind; `given` is that field.
core::Route ReadRoute(ObjectReader& item, std::string_view& given) {
  core::Route route;
  for (const Form& form : kForms) {
    if (!item.Has(form.field)) continue;
    core::Route read;
    item.Part(form.field, read, form.read);
    if (given.empty()) {
      given = form.field;
      route = std::move(read);
    } else {
      item.Report(form.field, "stands beside " + std::string(given),
                  "keep one of them; list each route as an item of its own");
    }
  }
  if (given.empty() && item.IsObject()) {
    item.Report("", "names no route",
                "give one of httpRoute, grpcRoute, virtualService, ingress and service");
  }
  route.settle_time =
      item.Time("settleTime", route.settle_time, {core::Duration{0}, std::chrono::hours(1)});
  route.on_drift = item.Word<core::OnDrift>("onDrift").value_or(route.on_drift);
  item.RefuseOthers();
  return route;
}

// What a weight that is a number of pods cannot be combined with.
void CheckCountedPods(ObjectReader& spec, const core::Workload& workload,
                      const std::vector<core::Route>& routes) {
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (!core::CountsPods(routes[i])) continue;
    const std::string field = "routes[" + std::to_string(i) + "].service";
    if (routes.size() > 1) {
      spec.Report(field, "stands beside other routes",
                  "keep it alone: its weight scales the canary");
    }
    if (workload.promotion == core::Promotion::kExternal) {
      spec.Report(field, "has no place with promotion: External",
                  "use another kind of route; or set promotion: Managed");
    }
    if (!(workload.canary_scale == core::CanaryScale{})) {
      spec.Report("workload.canaryScale", "has no place beside a route with service",
                  "remove it, the steps' weights say how many pods the canary has");
    }
    return;
  }
}

}  // namespace

std::vector<core::Route> ReadRoutes(ObjectReader& spec, const core::Workload& workload) {
  std::vector<core::Route> routes;
  if (!spec.Require("routes", "give at least one route, such as httpRoute")) return routes;
  spec.Each("routes", {1, kMaxRoutes}, [&](ObjectReader& item, std::size_t) {
    std::string_view form;
    core::Route route = ReadRoute(item, form);
    if (core::CountsPods(route)) {
      route.canary_deployment = workload.canary_deployment;
      route.baseline_deployment = workload.deployment;
    }
    const bool twice = std::ranges::any_of(routes, [&](const core::Route& other) {
      return !route.name.empty() && other.kind == route.kind && other.name == route.name &&
             other.rule_names == route.rule_names;
    });
    if (twice) {
      item.Report(
          std::string(form) + ".name", "'" + route.name + "' is listed twice",
          route.rule_names.empty() ? "remove one" : "remove one, or give each its own rules");
    }
    routes.push_back(std::move(route));
  });
  CheckCountedPods(spec, workload, routes);
  return routes;
}

}  // namespace slogate::spec
