#include "support/gateway_actor.h"

#include "support/instant.h"

namespace slogate::testing {

using demo::Backend;
using demo::ServedRoute;
using nlohmann::json;

namespace {

constexpr const char* kApi = "/apis/gateway.networking.k8s.io/v1/";

std::int64_t GenerationOf(const json& route) {
  return route.at("metadata").value("generation", std::int64_t{0});
}

ServedRoute AsServed(const json& route) {
  ServedRoute served{NamespaceOf(route), NameOf(route), {}};
  for (const json& rule : route.at("spec").value("rules", json::array())) {
    std::vector<Backend> backends;
    for (const json& backend : rule.value("backendRefs", json::array())) {
      backends.push_back({backend.value("name", ""), backend.value("weight", 1)});
    }
    served.rules.push_back(std::move(backends));
  }
  return served;
}

json Condition(const char* type, const char* reason, std::int64_t generation) {
  return {{"type", type},
          {"status", "True"},
          {"reason", reason},
          {"message", "Served by the gateway of the tests"},
          {"observedGeneration", generation},
          {"lastTransitionTime", NowText()}};
}

json StatusOf(const json& route) {
  const std::int64_t generation = GenerationOf(route);
  json parents = json::array();
  for (const json& parent : route.at("spec").value("parentRefs", json::array())) {
    parents.push_back({{"parentRef", parent},
                       {"controllerName", "test.slogate.dev/gateway"},
                       {"conditions",
                        {Condition("Accepted", "Accepted", generation),
                         Condition("ResolvedRefs", "ResolvedRefs", generation)}}});
  }
  return {{"status", {{"parents", parents}}}};
}

}  // namespace

GatewayActor::GatewayActor(adapters::kubernetes::KubeClient& client,
                           std::chrono::milliseconds delay, std::string plural)
    : client_(client),
      delay_(delay),
      plural_(std::move(plural)),
      timeline_(2),
      routes_(client, kApi + plural_,
              [this](const std::string& key, const json& route) { Changed(key, route); }) {}

GatewayActor::~GatewayActor() { timeline_.Stop(); }

std::vector<ServedRoute> GatewayActor::Served() const {
  const std::lock_guard lock(mutex_);
  std::vector<ServedRoute> result;
  for (const auto& [key, route] : served_) result.push_back(route);
  return result;
}

void GatewayActor::Pause(const std::string& ns) {
  const std::lock_guard lock(mutex_);
  paused_.insert(ns);
}

void GatewayActor::Resume(const std::string& ns) {
  {
    const std::lock_guard lock(mutex_);
    paused_.erase(ns);
  }
  for (const json& route : routes_.InNamespace(ns)) Changed(KeyOf(route), route);
}

void GatewayActor::Changed(const std::string& key, const json& route) {
  const std::lock_guard lock(mutex_);
  if (route.is_null()) {
    served_.erase(key);
    announced_.erase(key);
    return;
  }
  const std::int64_t generation = GenerationOf(route);
  if (paused_.contains(NamespaceOf(route)) || announced_[key] >= generation) return;
  announced_[key] = generation;
  timeline_.After(delay_, [this, key] { Accept(key); });
}

void GatewayActor::Accept(const std::string& key) {
  const std::optional<json> route = routes_.Find(key);
  if (!route) return;
  {
    const std::lock_guard lock(mutex_);
    if (paused_.contains(NamespaceOf(*route))) {
      announced_.erase(key);
      return;
    }
    served_[key] = AsServed(*route);
  }
  const std::string path = kApi + ("namespaces/" + NamespaceOf(*route)) + "/" + plural_ + "/" +
                           NameOf(*route) + "/status";
  const auto written = client_.MergePatch(path, StatusOf(*route));
  if (written || written.error().code == ports::ErrorCode::kNotFound) return;
  timeline_.After(delay_, [this, key] { Accept(key); });
}

}  // namespace slogate::testing
