#include "adapters/kubernetes/workload/track_services.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/client/route_api.h"

namespace slogate::adapters::kubernetes {

using core::TrackedConfig;
using nlohmann::json;

namespace {

constexpr const char* kManagedBy = "app.kubernetes.io/managed-by";
constexpr const char* kPolicy = "slogate.dev/policy";

// No owner reference: the baseline Deployment carries the traffic, and must outlive the policy.
json OwnMetadata(const std::string& name, const ports::PolicyRecord& record) {
  return {{"name", name},
          {"namespace", record.key.ns},
          {"labels", {{kManagedBy, "slogate"}}},
          {"annotations", {{kPolicy, record.key.name}}}};
}

json TargetPort(const json& pod_template, std::int64_t port) {
  json first;
  for (const json& container : ListField(pod_template, {"spec", "containers"})) {
    for (const json& candidate : ListField(container, {"ports"})) {
      const json& number = Field(candidate, {"containerPort"});
      const json& name = Field(candidate, {"name"});
      const json& target = name.is_string() ? name : number;
      if (number == port) return target;
      if (first.is_null()) first = target;
    }
  }
  return first.is_null() ? json(port) : first;
}

ports::Result<void> WriteCopy(KubeClient& client, const ports::PolicyRecord& record,
                              const ConfigObject& original) {
  json copy = ConfigCopy(original, record);
  const std::string name = TextField(copy, {"metadata", "name"});
  const std::string path = ConfigPath(record.key.ns, original.config.kind, name);
  const auto present = Lookup(client, path);
  if (!present) return tl::unexpected(present.error());
  if (present->is_null()) return Done(client.Create(path.substr(0, path.rfind('/')), copy));
  if (!OwnedBy(*present, record)) return NotOurs(copy["kind"], name, record);
  if (ConfigContent(*present) == ConfigContent(original.object)) return {};
  copy["metadata"]["resourceVersion"] = Field(*present, {"metadata", "resourceVersion"});
  return Done(client.Replace(path, copy));
}

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

std::string Sha256Hex(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  // Fails only without memory or without SHA-256, and then nothing may be called equal.
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &length, EVP_sha256(), nullptr) != 1) {
    std::abort();
  }
  std::string result;
  for (unsigned int i = 0; i < length; ++i) {
    result += kHex[bytes[i] >> 4];
    result += kHex[bytes[i] & 15];
  }
  return result;
}

bool OwnedBy(const json& object, const ports::PolicyRecord& record) {
  return TextField(object, {"metadata", "labels", kManagedBy}) == "slogate" &&
         TextField(object, {"metadata", "annotations", kPolicy}) == record.key.name;
}

tl::unexpected<ports::Error> NotOurs(const std::string& kind, const std::string& name,
                                     const ports::PolicyRecord& record) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument,
                     kind + " " + record.key.ns + "/" + name + " exists and RolloutPolicy " +
                         record.key.name + " did not make it; rename or delete it");
}

json TwinTemplateOf(const TrackReading& user, const TwinLabel& label,
                    const std::vector<TrackedConfig>& tracked) {
  json twin = TwinTemplate(Field(user.deployment, {"spec", "template"}), label, tracked);
  if (user.config.empty() || !Field(twin, {"metadata"}).is_object()) return twin;
  const ConfigNames used = NamedIn(Field(user.deployment, {"spec", "template"}));
  twin["metadata"]["annotations"][kConfigAnnotation] = ConfigDigest(user.config, used);
  return twin;
}

json TwinDeployment(const TrackReading& user, const TwinLabel& label,
                    const ports::PolicyRecord& record) {
  const core::Workload& workload = record.policy->workload;
  json spec = Field(user.deployment, {"spec"});
  spec["selector"]["matchLabels"][label.key] = label.twin;
  spec["template"] = TwinTemplateOf(user, label, workload.tracked);
  spec["replicas"] =
      std::max<std::int64_t>(1, NumberField(user.deployment, {"spec", "replicas"}, 1));
  spec.erase("paused");
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", OwnMetadata(workload.baseline_deployment, record)},
          {"spec", std::move(spec)}};
}

json ConfigCopy(const ConfigObject& original, const ports::PolicyRecord& record) {
  const bool is_secret = original.config.kind == TrackedConfig::Kind::kSecret;
  json copy = ConfigContent(original.object);
  copy["apiVersion"] = "v1";
  copy["kind"] = is_secret ? "Secret" : "ConfigMap";
  copy["metadata"] = OwnMetadata(CopyName(original.config.name), record);
  if (is_secret) copy["type"] = Field(original.object, {"type"});
  return copy;
}

json TrackService(const std::string& name, const json& selector, std::int64_t port,
                  const json& pod_template, const ports::PolicyRecord& record) {
  const json service_port = {
      {"port", port}, {"protocol", "TCP"}, {"targetPort", TargetPort(pod_template, port)}};
  return {{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata", OwnMetadata(name, record)},
          {"spec", {{"selector", selector}, {"ports", json::array({service_port})}}}};
}

ports::Result<void> WriteCopies(KubeClient& client, const ports::PolicyRecord& record,
                                const TrackReading& user) {
  if (!user.problem.empty()) return ports::Fail(ports::ErrorCode::kInvalidArgument, user.problem);
  const ConfigNames used = NamedIn(Field(user.deployment, {"spec", "template"}));
  for (const ConfigObject& config : user.config) {
    if (!used.Has(config.config.kind, config.config.name)) continue;
    if (const auto written = WriteCopy(client, record, config); !written) return written;
  }
  return {};
}

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

std::int64_t BackendPort(const json& object, const std::string& ns, const core::Route& route,
                         const std::string& service) {
  if (route.kind == kVirtualServices.kind) return OfVirtualService(object, ns, service);
  if (route.kind == kIngresses.kind) return OfIngress(object, route.baseline_service);
  return OfHttpRoute(object, service);
}

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
