#include "adapters/kubernetes/coverage/coverage_survey.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "adapters/kubernetes/coverage/covering_objects.h"
#include "adapters/kubernetes/workload/canary_service.h"
#include "adapters/kubernetes/workload/hold_policy.h"
#include "adapters/kubernetes/workload/service_host.h"

namespace slogate::adapters::kubernetes {

using core::CoverKind;
using nlohmann::json;
using ports::ErrorCode;

namespace {

constexpr const char* kListLimit = "?limit=500";

struct ListedKind {
  CoverKind kind;
  const char* group_version;  // "v1" is the core group
  const char* plural;
  bool reaches_namespaces = false;  // an object may be about pods of another namespace
};
constexpr ListedKind kServices{CoverKind::kService, "v1", "services"};
constexpr ListedKind kListed[] = {
    {CoverKind::kNetworkPolicy, "networking.k8s.io/v1", "networkpolicies"},
    {CoverKind::kPodMonitor, "monitoring.coreos.com/v1", "podmonitors", true},
    {CoverKind::kServiceMonitor, "monitoring.coreos.com/v1", "servicemonitors", true},
    {CoverKind::kPodDisruptionBudget, "policy/v1", "poddisruptionbudgets"},
    {CoverKind::kAutoscaler, "autoscaling/v2", "horizontalpodautoscalers"}};

// As RBAC rules name it: networkpolicies.networking.k8s.io.
std::string ResourceOf(const ListedKind& listed) {
  const std::string group(listed.group_version);
  const std::size_t slash = group.find('/');
  return slash == std::string::npos ? listed.plural
                                    : std::string(listed.plural) + "." + group.substr(0, slash);
}

// The objects of a kind; none where the cluster does not serve it or it may not be listed, which
// `seen` keeps.
ports::Result<json> List(KubeClient& client, const ListedKind& listed, const std::string& ns,
                         core::Surroundings& seen) {
  auto list = client.Get(CollectionPath(listed.group_version, ns, listed.plural) + kListLimit);
  if (list) {
    if (!TextField(*list, {"metadata", "continue"}).empty()) {
      seen.unchecked.push_back("the rest of more than 500 " + ResourceOf(listed));
    }
    return ListField(*list, {"items"});
  }
  if (list.error().code == ErrorCode::kNotFound) {
    seen.unserved.push_back(ResourceOf(listed));
  } else if (list.error().code == ErrorCode::kUnauthorized) {
    seen.unchecked.push_back(ResourceOf(listed));
  } else {
    return tl::unexpected(list.error());
  }
  return json(nullptr);
}

// The same of every namespace, or of `ns` alone where that is all that may be listed.
ports::Result<json> ListAnywhere(KubeClient& client, const ListedKind& listed,
                                 const std::string& ns, core::Surroundings& seen) {
  core::Surroundings everywhere = seen;
  auto list = List(client, listed, "", everywhere);
  const bool forbidden = list && list->is_null() && everywhere.unserved == seen.unserved;
  if (forbidden) return List(client, listed, ns, seen);
  seen = std::move(everywhere);
  return list;
}

const json& Named(const json& services, const std::string& name) {
  static const json kNone;
  for (const json& service : services) {
    if (TextField(service, {"metadata", "name"}) == name) return service;
  }
  return kNone;
}

// Without the right to list Services, those that the policy names.
ports::Result<json> NamedServices(KubeClient& client, const ports::PolicyRecord& record) {
  const auto read = ReadServices(client, record);
  if (!read) return tl::unexpected(read.error());
  json services = json::array();
  const auto add = [&services](const json& service) {
    if (!service.is_null()) services.push_back(service);
  };
  for (const RouteServices::Pair& pair : read->pairs) {
    add(pair.baseline);
    add(pair.canary);
  }
  for (const json& service : read->shared) add(service);
  return services;
}

// The Service in front of both tracks of a route, which something else tells apart; empty: none.
std::string SharedService(const core::Route& route, const std::string& ns) {
  if (core::CountsPods(route)) return route.name;
  const std::string service = route.host.substr(0, route.host.find('.'));
  return IsHostOf(route.host, service, ns) ? service : "";
}

FrontServices FrontOf(const ports::PolicyRecord& record, const json& services) {
  FrontServices front;
  const auto add = [&](std::vector<json>& to, const std::string& name) {
    const json& service = Named(services, name);
    if (!name.empty() && !service.is_null()) to.push_back(service);
  };
  for (const core::Route& route : record.policy->routes) {
    add(front.of_production, route.baseline_service);
    add(front.of_both, SharedService(route, record.key.ns));
  }
  return front;
}

ports::Result<json> DeploymentOf(KubeClient& client, const ports::PolicyRecord& record,
                                 const std::string& name) {
  const bool stateful = record.policy->workload.kind == "StatefulSet";
  return client.Get(
      ObjectPath("apps/v1", record.key.ns, stateful ? "statefulsets" : "deployments", name));
}

// The labels of both tracks' pods.
ports::Result<void> AddPods(KubeClient& client, const ports::PolicyRecord& record,
                            const json& services, core::Surroundings& seen) {
  const auto production = DeploymentOf(client, record, seen.production);
  if (!production) return tl::unexpected(production.error());
  const json& pod_template = Field(*production, {"spec", "template"});
  seen.production_pods = LabelsIn(pod_template);
  if (!seen.managed) {
    const auto canary = DeploymentOf(client, record, seen.canary);
    if (!canary) return tl::unexpected(canary.error());
    seen.canary_pods = LabelsIn(Field(*canary, {"spec", "template"}));
    return {};
  }
  const auto label = ChooseCanaryLabel(*production, record.policy->workload.canary_label,
                                       FrontOf(record, services));
  if (!label) return tl::unexpected(label.error());
  seen.canary_pods = LabelsIn(CanaryTemplate(pod_template, *label));
  seen.mappable = {label->key};
  const json selector = CanarySelector(*production, *label);
  for (const auto& [key, value] : selector.items()) {
    if (key != label->key) seen.mappable.push_back(key);
  }
  return {};
}

void AddCanaryServices(const ports::PolicyRecord& record, const json& services,
                       core::Surroundings& seen) {
  for (const core::Route& route : record.policy->routes) {
    if (route.canary_service.empty()) continue;
    const json& present = Named(services, route.canary_service);
    const json& baseline = Named(services, route.baseline_service);
    if (!present.is_null()) {
      seen.canary_services.emplace_back(route.canary_service, LabelsIn(present));
    } else if (seen.managed && !baseline.is_null()) {
      seen.canary_services.emplace_back(
          route.canary_service,
          LabelsIn(CanaryService(route.canary_service, baseline, json::object(), record)));
    }
  }
}

void AddObjects(CoverKind kind, const json& items, const std::string& ns,
                core::Surroundings& seen) {
  for (const json& item : items) {
    for (core::CoveringObject& object : CoveringObjects(kind, item, ns)) {
      seen.objects.push_back(std::move(object));
    }
  }
}

}  // namespace

ports::Result<core::Surroundings> KubeCoverageSurvey::SurroundingsOf(
    const ports::PolicyRecord& record) {
  const core::Workload& workload = record.policy->workload;
  core::Surroundings seen;
  seen.production = workload.deployment;
  seen.canary = workload.canary_deployment;
  seen.managed = workload.promotion == core::Promotion::kManaged;
  auto services = List(client_, kServices, record.key.ns, seen);
  if (services && services->is_null()) services = NamedServices(client_, record);
  if (!services) return tl::unexpected(services.error());
  if (const auto pods = AddPods(client_, record, *services, seen); !pods) {
    return tl::unexpected(pods.error());
  }
  AddCanaryServices(record, *services, seen);
  AddObjects(CoverKind::kService, *services, record.key.ns, seen);
  for (core::CoveringObject& service : seen.objects) {
    service.for_both |= std::ranges::any_of(record.policy->routes, [&](const core::Route& route) {
      return SharedService(route, record.key.ns) == service.name;
    });
  }
  for (const ListedKind& listed : kListed) {
    const auto list = listed.reaches_namespaces ? ListAnywhere : List;
    const auto items = list(client_, listed, record.key.ns, seen);
    if (!items) return tl::unexpected(items.error());
    AddObjects(listed.kind, *items, record.key.ns, seen);
  }
  return seen;
}

ports::Result<ports::HoldFinding> KubeCoverageSurvey::HoldOf(const ports::PolicyRecord& record) {
  if (record.policy->workload.hold == core::HoldBy::kPaused) {
    return ports::HoldFinding{core::HoldBy::kPaused, "workload.hold says so"};
  }
  return ExplainHold(client_);
}

}  // namespace slogate::adapters::kubernetes
