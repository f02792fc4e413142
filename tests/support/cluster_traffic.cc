#include "support/cluster_traffic.h"

#include <utility>

#include "support/ingress_shape.h"
#include "support/rollout_objects.h"

namespace slogate::testing {

using demo::Backend;
using demo::ServedRoute;
using demo::ServingPods;
using nlohmann::json;

namespace {

ServedRoute AsServed(const json& object, std::vector<Backend> backends) {
  return {NamespaceOf(object), NameOf(object), {std::move(backends)}};
}

ServedRoute FromVirtualService(const json& object) {
  std::vector<Backend> backends;
  for (const json& item : object.at("spec").at("http").back().at("route")) {
    const std::string host = item.at("destination").at("host");
    backends.push_back({host.substr(0, host.find('.')), item.value("weight", 0)});
  }
  return AsServed(object, std::move(backends));
}

// The last path is the one with users.
ServedRoute FromIngress(const json& main, int canary_percent) {
  const json& path = main.at("spec").at("rules").back().at("http").at("paths").back();
  const std::string service = path.at("backend").at("service").at("name");
  return AsServed(main, {{service, 100 - canary_percent}, {kCanaryService, canary_percent}});
}

}  // namespace

ClusterTraffic::ClusterTraffic(adapters::kubernetes::KubeClient& client, const GatewayActor& http,
                               const GatewayActor& grpc)
    : gateways_{&http, &grpc} {
  const auto watch = [&](const char* path, Objects& objects) {
    watches_.push_back(std::make_unique<ObjectWatch>(
        client, path, [this, &objects](const std::string& key, const json& object) {
          Changed(objects, key, object);
        }));
  };
  watch("/apis/networking.istio.io/v1/virtualservices", virtual_services_);
  watch("/apis/networking.k8s.io/v1/ingresses", ingresses_);
  watch("/api/v1/services", services_);
  watch("/api/v1/pods", pods_);
}

ClusterTraffic::~ClusterTraffic() {
  for (const auto& watch : watches_) watch->Stop();
}

void ClusterTraffic::Changed(Objects& objects, const std::string& key, const json& object) {
  const std::lock_guard lock(mutex_);
  behind_.clear();
  if (object.is_null()) {
    objects.erase(key);
  } else {
    objects[key] = object;
  }
}

std::vector<ServedRoute> ClusterTraffic::Routes() const {
  std::vector<ServedRoute> routes;
  for (const GatewayActor* const gateway : gateways_) {
    for (ServedRoute& route : gateway->Served()) routes.push_back(std::move(route));
  }
  const std::lock_guard lock(mutex_);
  for (const auto& [key, object] : virtual_services_) routes.push_back(FromVirtualService(object));
  const IngressShape shape;
  for (const auto& [key, main] : ingresses_) {
    if (NameOf(main) == shape.name()) continue;
    const auto canary = ingresses_.find(NamespaceOf(main) + "/" + shape.name());
    const int percent = canary == ingresses_.end() ? 0 : shape.Percent(canary->second);
    routes.push_back(FromIngress(main, percent));
  }
  for (const auto& [key, object] : services_) {
    const json selector = object.at("spec").value("selector", json::object());
    if (selector.contains(kTrackLabel)) routes.push_back(AsServed(object, {{NameOf(object), 1}}));
  }
  return routes;
}

std::vector<ServingPods> ClusterTraffic::Behind(const std::string& ns,
                                                const std::string& service) const {
  const std::lock_guard lock(mutex_);
  const std::string key = ns + "/" + service;
  const auto known = behind_.find(key);
  if (known != behind_.end()) return known->second;
  return behind_[key] = FindBehind(ns, service);
}

std::vector<ServingPods> ClusterTraffic::FindBehind(const std::string& ns,
                                                    const std::string& service) const {
  const auto found = services_.find(ns + "/" + service);
  if (found == services_.end()) return {};
  const json selector = found->second.at("spec").value("selector", json::object());
  std::map<std::string, ServingPods> versions;  // by hash
  for (auto entry = pods_.lower_bound(ns + "/");
       entry != pods_.end() && entry->first.starts_with(ns + "/"); ++entry) {
    const json& pod = entry->second;
    const json labels = pod.at("metadata").value("labels", json::object());
    if (!IsServing(pod) || !Selects(selector, labels)) continue;
    ServingPods& version = versions[LabelOf(pod, "pod-template-hash")];
    ++version.count;
    version.profile = AnnotationOf(pod, kProfileAnnotation);
  }
  std::vector<ServingPods> result;
  for (auto& [hash, version] : versions) {
    version.hash = hash;
    result.push_back(std::move(version));
  }
  return result;
}

}  // namespace slogate::testing
