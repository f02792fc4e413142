#include "adapters/kubernetes/arm_services.h"

#include <string>

#include "adapters/kubernetes/backend_port.h"
#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/object_path.h"
#include "adapters/kubernetes/owned_objects.h"
#include "adapters/kubernetes/route_api.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

// The port of the first container that names one; 0 when none does.
std::int64_t ContainerPort(const json& deployment) {
  const json& containers = Field(deployment, {"spec", "template", "spec", "containers"});
  if (!containers.is_array()) return 0;
  for (const json& container : containers) {
    const json& ports = Field(container, {"ports"});
    if (ports.is_array() && !ports.empty()) return NumberField(ports.front(), {"containerPort"});
  }
  return 0;
}

ports::Result<std::int64_t> PortFor(KubeClient& client, const std::string& ns,
                                    const core::Route& route, const std::string& service,
                                    const json& deployment) {
  for (const RouteKind* kind : kRouteKinds) {
    if (kind->kind != route.kind) continue;
    RouteApi api(client, *kind);
    const auto object = api.Get(ns, route.name);
    if (!object) return tl::unexpected(object.error());
    std::int64_t port = BackendPort(object->object, ns, route, service);
    // Istio takes a Service's only port where the route says none.
    if (port <= 0 && kind == &kVirtualServices) port = ContainerPort(deployment);
    if (port > 0) return port;
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       api.Called(ns, route.name) + " gives Service " + service +
                           " no port; add a backend with a port number, or make the Service");
  }
  return ports::Fail(ports::ErrorCode::kInvalidArgument,
                     "a route of kind " + route.kind + " gives Service " + service + " no port");
}

std::string ServicePath(const ports::PolicyRecord& record, const std::string& service) {
  return ObjectPath("v1", record.key.ns, "services", service);
}

ports::Result<void> EnsureService(KubeClient& client, const ports::PolicyRecord& record,
                                  const core::Route& route, const std::string& service,
                                  const std::string& deployment) {
  if (service.empty()) return {};
  const auto found = Lookup(client, ServicePath(record, service));
  if (!found) return tl::unexpected(found.error());
  if (!found->is_null()) return {};
  const auto target = client.Get(ObjectPath("apps/v1", record.key.ns, "deployments", deployment));
  if (!target) return tl::unexpected(target.error());
  const auto port = PortFor(client, record.key.ns, route, service, *target);
  if (!port) return tl::unexpected(port.error());
  const auto created =
      client.Create(CollectionPath("v1", record.key.ns, "services"),
                    ArmService(service, Field(*target, {"spec", "selector", "matchLabels"}), *port,
                               Field(*target, {"spec", "template"}), record));
  if (!created) return tl::unexpected(created.error());
  return {};
}

}  // namespace

ports::Result<bool> ServicesExist(KubeClient& client, const ports::PolicyRecord& record) {
  for (const core::Route& route : record.policy->routes) {
    for (const std::string& service : {route.canary_service, route.baseline_service}) {
      if (service.empty()) continue;
      const auto found = Lookup(client, ServicePath(record, service));
      if (!found) return tl::unexpected(found.error());
      if (found->is_null()) return false;
    }
  }
  return true;
}

ports::Result<void> EnsureServices(KubeClient& client, const ports::PolicyRecord& record) {
  const core::Workload& workload = record.policy->workload;
  for (const core::Route& route : record.policy->routes) {
    auto done =
        EnsureService(client, record, route, route.baseline_service, workload.baseline_deployment);
    if (!done) return done;
    done = EnsureService(client, record, route, route.canary_service, workload.deployment);
    if (!done) return done;
  }
  return {};
}

}  // namespace slogate::adapters::kubernetes
