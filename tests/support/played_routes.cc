#include "support/played_routes.h"

#include "support/ingress_shape.h"
#include "support/rollout_objects.h"

namespace slogate::testing {

using nlohmann::json;
using sandbox::Backend;

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

PlayedRoutes::PlayedRoutes(adapters::kubernetes::KubeClient& client, const ServedRoutes& gateway)
    : gateway_(gateway) {
  const auto watch = [&](const char* path, Objects& objects) {
    watches_.push_back(std::make_unique<ObjectWatch>(
        client, path, [this, &objects](const std::string& key, const json& object) {
          Changed(objects, key, object);
        }));
  };
  watch("/apis/networking.istio.io/v1/virtualservices", virtual_services_);
  watch("/apis/networking.k8s.io/v1/ingresses", ingresses_);
  watch("/api/v1/services", services_);
}

PlayedRoutes::~PlayedRoutes() {
  for (const auto& watch : watches_) watch->Stop();
}

void PlayedRoutes::Changed(Objects& objects, const std::string& key, const json& object) {
  const std::lock_guard lock(mutex_);
  if (object.is_null()) {
    objects.erase(key);
  } else {
    objects[key] = object;
  }
}

std::vector<ServedRoute> PlayedRoutes::Served() const {
  std::vector<ServedRoute> routes = gateway_.Served();
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
    if (selector.contains(kArmLabel)) routes.push_back(AsServed(object, {{NameOf(object), 1}}));
  }
  return routes;
}

}  // namespace slogate::testing
