// Moves the weights of routes that hold them in themselves: one JSON patch for all pairs.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/client/route_api.h"
#include "adapters/traffic/weight_pair.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::traffic {

// What a kind of route adds to the rest. Pure; `object` is not trusted.
struct WeightedKind {
  const kubernetes::RouteKind& kind;
  Pairs (*pairs_in)(const nlohmann::json& object, const std::string& ns, const core::Route& route);
  bool (*is_accepted)(const nlohmann::json& object);
};

// The patch replaces the resource version read (a stale one answers 409), tests what the two
// backends of each pair are, and sets their weights. Thread-safe.
std::unique_ptr<ports::TrafficRouter> MakeWeightedRouter(kubernetes::KubeClient& client,
                                                         const WeightedKind& kind);

// True when every parent that accepts the route (in any generation) has accepted this generation
// of it and resolved its references, and there is at least one. Entries of parents that the route
// no longer names are passed over: controllers may leave them behind.
bool AcceptedByItsParents(const nlohmann::json& route);

}  // namespace slogate::adapters::traffic
