#include "adapters/kubernetes/workload/workload_survey.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/client/route_api.h"
#include "adapters/kubernetes/workload/pod_selectors.h"
#include "adapters/kubernetes/workload/service_host.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

using NameList = std::vector<std::string>;

constexpr const char* kLimit = "?limit=500";
constexpr std::size_t kMaxRoutes = 500;
constexpr std::size_t kMaxRules = 100;

void AddOnce(NameList& names, const std::string& name) {
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
  names.push_back(name);
}

int PortOf(const json& port) {
  const bool sound = port.is_number_integer() && port >= 1 && port <= 65535;
  return sound ? port.get<int>() : 0;
}

NameList GatewayRouteBackends(const json& route, const std::string& ns) {
  NameList names;
  for (const json& rule : ListField(route, {"spec", "rules"})) {
    for (const json& backend : ListField(rule, {"backendRefs"})) {
      const std::string kind = TextField(backend, {"kind"});
      const std::string other = TextField(backend, {"namespace"});
      if ((kind.empty() || kind == "Service") && (other.empty() || other == ns)) {
        AddOnce(names, TextField(backend, {"name"}));
      }
    }
  }
  return names;
}

NameList VirtualServiceBackends(const json& route, const std::string& ns) {
  NameList names;
  for (const json& http : ListField(route, {"spec", "http"})) {
    for (const json& target : ListField(http, {"route"})) {
      const std::string host = TextField(target, {"destination", "host"});
      const std::string service = host.substr(0, host.find('.'));
      if (IsHostOf(host, service, ns)) AddOnce(names, service);
    }
  }
  return names;
}

NameList IngressBackends(const json& route, const std::string&) {
  NameList names;
  AddOnce(names, TextField(route, {"spec", "defaultBackend", "service", "name"}));
  for (const json& rule : ListField(route, {"spec", "rules"})) {
    for (const json& path : ListField(rule, {"http", "paths"})) {
      AddOnce(names, TextField(path, {"backend", "service", "name"}));
    }
  }
  return names;
}

// Rules with one backend, in the form that both kinds of routes with weights share.
std::vector<ports::SingleBackend> SingleBackends(const json& route, const std::string& ns) {
  std::vector<ports::SingleBackend> found;
  const auto add = [&](const char* rules, const char* backends, auto read) {
    const json& list = ListField(route, {"spec", rules});
    for (std::size_t i = 0; i < std::min(list.size(), kMaxRules); ++i) {
      const json& of_rule = ListField(list[i], {backends});
      if (of_rule.size() != 1) continue;
      ports::SingleBackend one = read(of_rule[0]);
      one.path = std::string("/spec/") + rules + "/" + std::to_string(i) + "/" + backends + "/0";
      if (!one.service.empty()) found.push_back(std::move(one));
    }
  };
  add("rules", "backendRefs", [&](const json& backend) {
    const std::string other = TextField(backend, {"namespace"});
    ports::SingleBackend one;
    if (other.empty() || other == ns) one.service = TextField(backend, {"name"});
    one.port = PortOf(Field(backend, {"port"}));
    return one;
  });
  add("http", "route", [&](const json& backend) {
    ports::SingleBackend one;
    one.host = TextField(backend, {"destination", "host"});
    const std::string service = one.host.substr(0, one.host.find('.'));
    if (IsHostOf(one.host, service, ns)) one.service = service;
    one.port = PortOf(Field(backend, {"destination", "port", "number"}));
    return one;
  });
  return found;
}

struct Surveyed {
  const RouteKind& kind;
  NameList (*backends)(const json& route, const std::string& ns);
};
constexpr Surveyed kSurveyed[] = {{kHttpRoutes, &GatewayRouteBackends},
                                  {kGrpcRoutes, &GatewayRouteBackends},
                                  {kVirtualServices, &VirtualServiceBackends},
                                  {kIngresses, &IngressBackends}};

void AddRoutes(KubeClient& client, const Surveyed& surveyed, const std::string& ns,
               ports::WorkloadFinding& finding) {
  RouteApi api(client, surveyed.kind);
  const auto path = api.RoutesPath(ns);
  const auto list =
      path ? client.Get(*path + kLimit) : ports::Result<json>(tl::unexpected(path.error()));
  if (!list && list.error().code == ports::ErrorCode::kNotFound) return;
  if (!list) {
    finding.unseen.push_back(std::string(surveyed.kind.kind) + ": " + list.error().message);
    return;
  }
  for (const json& route : ListField(*list, {"items"})) {
    ports::RouteFinding seen{std::string(surveyed.kind.kind),
                             TextField(route, {"metadata", "name"}), surveyed.backends(route, ns),
                             SingleBackends(route, ns)};
    const bool ours =
        std::any_of(seen.services.begin(), seen.services.end(), [&](const std::string& service) {
          return std::find(finding.services.begin(), finding.services.end(), service) !=
                 finding.services.end();
        });
    if (ours && finding.routes.size() < kMaxRoutes) finding.routes.push_back(std::move(seen));
  }
}

}  // namespace

ports::Result<ports::WorkloadFinding> KubeWorkloadSurvey::Survey(const ports::Key& deployment) {
  const auto object =
      client_.Get(ObjectPath("apps/v1", deployment.ns, "deployments", deployment.name));
  if (!object) return tl::unexpected(object.error());
  const json& labels = Field(*object, {"spec", "template", "metadata", "labels"});
  const auto services = client_.Get(CollectionPath("v1", deployment.ns, "services") + kLimit);
  if (!services) return tl::unexpected(services.error());
  ports::WorkloadFinding finding;
  for (const json& service : ListField(*services, {"items"})) {
    if (SelectsLabels(Field(service, {"spec", "selector"}), labels)) {
      AddOnce(finding.services, TextField(service, {"metadata", "name"}));
    }
  }
  std::sort(finding.services.begin(), finding.services.end());
  for (const Surveyed& surveyed : kSurveyed) {
    AddRoutes(client_, surveyed, deployment.ns, finding);
  }
  return finding;
}

}  // namespace slogate::adapters::kubernetes
