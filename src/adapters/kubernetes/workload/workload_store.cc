#include "adapters/kubernetes/workload/workload_store.h"

#include <algorithm>
#include <string>
#include <utility>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/client/route_api.h"
#include "adapters/kubernetes/workload/pod_template.h"
#include "adapters/kubernetes/workload/track_reading.h"
#include "adapters/kubernetes/workload/track_services.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;
using ports::ErrorCode;

namespace {

std::string DeploymentPath(const std::string& ns, const std::string& name) {
  return ObjectPath("apps/v1", ns, "deployments", name);
}

tl::unexpected<ports::Error> NoDeployment(const std::string& name) {
  return ports::Fail(ErrorCode::kNotFound, "Deployment " + name + " does not exist");
}

// Why a baseline Deployment cannot be kept beside the user's Deployment, with the fix; empty when
// it can.
std::string TwinProblem(const ports::PolicyRecord& record, const TrackReading& user,
                        const TrackReading& twin) {
  if (const auto label = ChooseTwinLabel(user.deployment); !label) return label.error().message;
  if (!twin.deployment.is_null() && !OwnedBy(twin.deployment, record)) {
    return NotOurs("Deployment", record.policy->workload.baseline_deployment, record)
        .value()
        .message;
  }
  return "";
}

// Creates the baseline Deployment from the user's present template when there is none.
// kInvalidArgument when another Deployment has its name.
ports::Result<void> EnsureTwin(KubeClient& client, const ports::PolicyRecord& record) {
  const core::Workload& workload = record.policy->workload;
  const std::string path = DeploymentPath(record.key.ns, workload.baseline_deployment);
  const auto twin = Lookup(client, path);
  if (!twin) return tl::unexpected(twin.error());
  if (!twin->is_null()) {
    if (OwnedBy(*twin, record)) return {};
    return NotOurs("Deployment", workload.baseline_deployment, record);
  }
  const auto user = ReadRelease(client, record.key.ns, workload.deployment, workload.tracked);
  if (!user) return tl::unexpected(user.error());
  if (user->deployment.is_null()) return NoDeployment(workload.deployment);
  const auto label = ChooseTwinLabel(user->deployment);
  if (!label) return tl::unexpected(label.error());
  // Before the Deployment: its pods cannot start without them.
  if (const auto copied = WriteCopies(client, record, *user); !copied) return copied;
  return Done(client.Create(CollectionPath("apps/v1", record.key.ns, "deployments"),
                            TwinDeployment(*user, *label, record)));
}

// Gives the baseline Deployment the user's template, mapped, and its configuration. kConflict when
// the user's Deployment is no longer at `revision`.
ports::Result<void> PromoteToTwin(KubeClient& client, const ports::PolicyRecord& record,
                                  const std::string& revision) {
  const core::Workload& workload = record.policy->workload;
  const auto user = ReadRelease(client, record.key.ns, workload.deployment, workload.tracked);
  if (!user) return tl::unexpected(user.error());
  if (user->deployment.is_null()) return NoDeployment(workload.deployment);
  if (user->view.revision != revision) {
    return ports::Fail(ErrorCode::kConflict, "Deployment " + workload.deployment + " is at " +
                                                 user->view.revision + ", no longer at " +
                                                 revision);
  }
  const auto label = ChooseTwinLabel(user->deployment);
  if (!label) return tl::unexpected(label.error());
  const auto twin =
      ReadRelease(client, record.key.ns, workload.baseline_deployment, workload.tracked);
  if (!twin) return tl::unexpected(twin.error());
  if (twin->deployment.is_null()) return NoDeployment(workload.baseline_deployment);
  if (!OwnedBy(twin->deployment, record)) {
    return NotOurs("Deployment", workload.baseline_deployment, record);
  }
  if (twin->view.revision == revision) return {};
  if (const auto copied = WriteCopies(client, record, *user); !copied) return copied;
  const json patch =
      json::array({{{"op", "replace"},
                    {"path", "/metadata/resourceVersion"},
                    {"value", TextField(twin->deployment, {"metadata", "resourceVersion"})}},
                   {{"op", "replace"},
                    {"path", "/spec/template"},
                    {"value", TwinTemplateOf(*user, *label, workload.tracked)}}});
  return Done(client.JsonPatch(DeploymentPath(record.key.ns, workload.baseline_deployment), patch));
}

tl::unexpected<ports::Error> NoPolicy(const ports::PolicyRecord& record) {
  return ports::Fail(ErrorCode::kInvalidArgument,
                     "RolloutPolicy " + record.key.ToString() + " has no valid spec");
}

std::string Problem(const ports::PolicyRecord& record, const TrackReading& user,
                    const TrackReading& baseline, bool services_exist) {
  const core::Workload& workload = record.policy->workload;
  if (user.deployment.is_null()) {
    return "Deployment " + record.key.ns + "/" + workload.deployment +
           " does not exist; create it, or correct workload.ref";
  }
  if (!user.problem.empty()) return user.problem;
  if (!baseline.problem.empty()) return baseline.problem;
  switch (workload.promotion) {
    case core::Promotion::kManaged:
      return TwinProblem(record, user, baseline);
    case core::Promotion::kExternal:
      if (!services_exist) return "a Service of a route does not exist; create it";
      break;
  }
  return "";
}

ports::Result<void> ScaleCanary(KubeClient& client, const ports::PolicyRecord& record,
                                int replicas) {
  const std::string& name = record.policy->workload.deployment;
  const std::string path = DeploymentPath(record.key.ns, name);
  const auto deployment = Lookup(client, path);
  if (!deployment) return tl::unexpected(deployment.error());
  if (deployment->is_null()) return NoDeployment(name);
  if (NumberField(*deployment, {"spec", "replicas"}, 1) == replicas) return {};
  const json patch = {
      {"metadata", {{"resourceVersion", TextField(*deployment, {"metadata", "resourceVersion"})}}},
      {"spec", {{"replicas", replicas}}}};
  return Done(client.MergePatch(path, patch));
}

using NameList = std::vector<std::string>;

constexpr const char* kLimit = "?limit=500";
constexpr std::size_t kMaxRoutes = 500;

void AddOnce(NameList& names, const std::string& name) {
  if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
  names.push_back(name);
}

bool Selects(const json& service, const json& pod_labels) {
  const json& selector = Field(service, {"spec", "selector"});
  if (!selector.is_object() || selector.empty() || !pod_labels.is_object()) return false;
  return std::all_of(selector.items().begin(), selector.items().end(), [&](const auto& pair) {
    const auto label = pod_labels.find(pair.key());
    return label != pod_labels.end() && *label == pair.value();
  });
}

NameList HttpRouteBackends(const json& route, const std::string& ns) {
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

struct Surveyed {
  const RouteKind& kind;
  NameList (*backends)(const json& route, const std::string& ns);
};
constexpr Surveyed kSurveyed[] = {{kHttpRoutes, &HttpRouteBackends},
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
                             TextField(route, {"metadata", "name"}), surveyed.backends(route, ns)};
    const bool ours =
        std::any_of(seen.services.begin(), seen.services.end(), [&](const std::string& service) {
          return std::find(finding.services.begin(), finding.services.end(), service) !=
                 finding.services.end();
        });
    if (ours && finding.routes.size() < kMaxRoutes) finding.routes.push_back(std::move(seen));
  }
}

}  // namespace

ports::Result<core::WorkloadView> KubeWorkloadStore::Observe(const ports::PolicyRecord& record) {
  if (!record.policy) return NoPolicy(record);
  const core::Workload& workload = record.policy->workload;
  auto user = ReadTrack(client_, record.key.ns, workload.deployment, workload.tracked);
  if (!user) return tl::unexpected(user.error());
  auto baseline = ReadTrack(client_, record.key.ns, workload.baseline_deployment, workload.tracked);
  if (!baseline) return tl::unexpected(baseline.error());
  const auto services = ServicesExist(client_, record);
  if (!services) return tl::unexpected(services.error());
  core::WorkloadView view;
  view.canary = user->view;
  view.baseline = baseline->view;
  view.services_exist = *services;
  view.problem = Problem(record, *user, *baseline, *services);
  return view;
}

ports::Result<void> KubeWorkloadStore::Apply(const ports::PolicyRecord& record,
                                             const core::Action& action) {
  if (!record.policy) return NoPolicy(record);
  switch (action.kind) {
    case core::Action::Kind::kEnsureBaseline:
      return EnsureTwin(client_, record);
    case core::Action::Kind::kEnsureServices:
      return EnsureServices(client_, record);
    case core::Action::Kind::kScaleCanary:
      return ScaleCanary(client_, record, action.value);
    case core::Action::Kind::kPromoteTemplate:
      return PromoteToTwin(client_, record, action.revision);
    case core::Action::Kind::kSetWeights:
      break;
  }
  return ports::Fail(ErrorCode::kInvalidArgument, "weights are moved by a TrafficRouter");
}

ports::Result<ports::WorkloadFinding> KubeWorkloadSurvey::Survey(const ports::Key& deployment) {
  const auto object =
      client_.Get(ObjectPath("apps/v1", deployment.ns, "deployments", deployment.name));
  if (!object) return tl::unexpected(object.error());
  const json& labels = Field(*object, {"spec", "template", "metadata", "labels"});
  const auto services = client_.Get(CollectionPath("v1", deployment.ns, "services") + kLimit);
  if (!services) return tl::unexpected(services.error());
  ports::WorkloadFinding finding;
  for (const json& service : ListField(*services, {"items"})) {
    if (Selects(service, labels)) {
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
