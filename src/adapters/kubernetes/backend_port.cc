#include "adapters/kubernetes/backend_port.h"

#include <functional>

#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/route_api.h"
#include "adapters/kubernetes/service_host.h"

namespace slogate::adapters::kubernetes {

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

}  // namespace slogate::adapters::kubernetes
