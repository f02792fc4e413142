#include "adapters/kubernetes/workload/track_services.h"

#include <functional>
#include <string>

#include "adapters/kubernetes/client/object_fields.h"
#include "adapters/kubernetes/client/route_api.h"
#include "adapters/kubernetes/workload/owned_objects.h"

namespace slogate::adapters::kubernetes {

std::string FullHost(std::string_view host, std::string_view ns) {
  const std::size_t first = host.find('.');
  if (first == std::string_view::npos) {
    return std::string(host) + "." + std::string(ns) + ".svc";
  }
  const std::size_t second = host.find('.', first + 1);
  if (second == std::string_view::npos) return std::string(host) + ".svc";
  const std::size_t third = host.find('.', second + 1);
  const bool of_a_service = host.substr(second + 1, third - second - 1) == "svc";
  const bool of_all_clusters =
      third != std::string_view::npos && host.substr(third + 1) == "clusterset.local";
  return std::string(of_a_service && !of_all_clusters ? host.substr(0, third) : host);
}

bool IsHostOf(std::string_view host, std::string_view service, std::string_view ns) {
  return FullHost(host, ns) == FullHost(service, ns);
}

using nlohmann::json;

namespace {

// The first number above 0 that `read` finds in the list.
std::int64_t First(const json& list, const std::function<std::int64_t(const json&)>& read) {
  if (!list.is_array()) return 0;
  for (const json& item : list) {
    if (const std::int64_t port = read(item); port > 0) return port;
  }
  return 0;
}

std::int64_t OfHttpRoute(const json& route, const std::string& service) {
  return First(Field(route, {"spec", "rules"}), [&](const json& rule) {
    return First(Field(rule, {"backendRefs"}), [&](const json& backend) {
      return TextField(backend, {"name"}) == service ? NumberField(backend, {"port"}) : 0;
    });
  });
}

std::int64_t OfVirtualService(const json& route, const std::string& ns,
                              const std::string& service) {
  for (const char* const protocol : {"http", "tls", "tcp"}) {
    const std::int64_t port = First(Field(route, {"spec", protocol}), [&](const json& rule) {
      return First(Field(rule, {"route"}), [&](const json& item) {
        const std::string host = TextField(item, {"destination", "host"});
        return IsHostOf(host, service, ns) ? NumberField(item, {"destination", "port", "number"})
                                           : 0;
      });
    });
    if (port > 0) return port;
  }
  return 0;
}

std::int64_t OfIngress(const json& route, const std::string& service) {
  const auto port = [&](const json& backend) {
    return TextField(backend, {"service", "name"}) == service
               ? NumberField(backend, {"service", "port", "number"})
               : 0;
  };
  const std::int64_t found = First(Field(route, {"spec", "rules"}), [&](const json& rule) {
    return First(Field(rule, {"http", "paths"}),
                 [&](const json& path) { return port(Field(path, {"backend"})); });
  });
  return found > 0 ? found : port(Field(route, {"spec", "defaultBackend"}));
}

}  // namespace

std::int64_t BackendPort(const json& object, const std::string& ns, const core::Route& route,
                         const std::string& service) {
  if (route.kind == kVirtualServices.kind) return OfVirtualService(object, ns, service);
  if (route.kind == kIngresses.kind) return OfIngress(object, route.baseline_service);
  return OfHttpRoute(object, service);
}

namespace {

// The port of the first container that names one; 0 when none does.
std::int64_t ContainerPort(const json& deployment) {
  for (const json& container : ListField(deployment, {"spec", "template", "spec", "containers"})) {
    const json& ports = ListField(container, {"ports"});
    if (!ports.empty()) return NumberField(ports.front(), {"containerPort"});
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
  return Done(
      client.Create(CollectionPath("v1", record.key.ns, "services"),
                    TrackService(service, Field(*target, {"spec", "selector", "matchLabels"}),
                                 *port, Field(*target, {"spec", "template"}), record)));
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
