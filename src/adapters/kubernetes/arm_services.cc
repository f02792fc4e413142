#include "adapters/kubernetes/arm_services.h"

#include <string>

#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/object_path.h"
#include "adapters/kubernetes/owned_objects.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

// The port that the route sends to at `service`; 0 when the route does not name it.
std::int64_t BackendPort(const json& route, const std::string& service) {
  const json& rules = Field(route, {"spec", "rules"});
  if (!rules.is_array()) return 0;
  for (const json& rule : rules) {
    const json& backends = Field(rule, {"backendRefs"});
    if (!backends.is_array()) continue;
    for (const json& backend : backends) {
      if (TextField(backend, {"name"}) == service) return NumberField(backend, {"port"});
    }
  }
  return 0;
}

std::string ServicePath(const ports::PolicyRecord& record, const std::string& service) {
  return ObjectPath("v1", record.key.ns, "services", service);
}

ports::Result<void> EnsureService(KubeClient& client, GatewayApi& gateway,
                                  const ports::PolicyRecord& record, const core::Route& route,
                                  const std::string& service, const std::string& deployment) {
  const auto found = Lookup(client, ServicePath(record, service));
  if (!found) return tl::unexpected(found.error());
  if (!found->is_null()) return {};
  const auto target = client.Get(ObjectPath("apps/v1", record.key.ns, "deployments", deployment));
  if (!target) return tl::unexpected(target.error());
  const auto route_object = gateway.Get(record.key.ns, route.name);
  if (!route_object) return tl::unexpected(route_object.error());
  const std::int64_t port = BackendPort(route_object->object, service);
  if (port <= 0) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "HTTPRoute " + record.key.ns + "/" + route.name + " gives Service " +
                           service + " no port; add a backendRef with a port, or make the Service");
  }
  const auto created =
      client.Create(CollectionPath("v1", record.key.ns, "services"),
                    ArmService(service, Field(*target, {"spec", "selector", "matchLabels"}), port,
                               Field(*target, {"spec", "template"}), record));
  if (!created) return tl::unexpected(created.error());
  return {};
}

}  // namespace

ports::Result<bool> ServicesExist(KubeClient& client, const ports::PolicyRecord& record) {
  for (const core::Route& route : record.policy->routes) {
    for (const std::string& service : {route.canary_service, route.baseline_service}) {
      const auto found = Lookup(client, ServicePath(record, service));
      if (!found) return tl::unexpected(found.error());
      if (found->is_null()) return false;
    }
  }
  return true;
}

ports::Result<void> EnsureServices(KubeClient& client, GatewayApi& gateway,
                                   const ports::PolicyRecord& record) {
  const core::Workload& workload = record.policy->workload;
  for (const core::Route& route : record.policy->routes) {
    auto done = EnsureService(client, gateway, record, route, route.baseline_service,
                              workload.baseline_deployment);
    if (!done) return done;
    done = EnsureService(client, gateway, record, route, route.canary_service, workload.deployment);
    if (!done) return done;
  }
  return {};
}

}  // namespace slogate::adapters::kubernetes
