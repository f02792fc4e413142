// Moves the weights of a Gateway API HTTPRoute.
#pragma once

#include "adapters/traffic/weighted_router.h"

namespace slogate::adapters::traffic {

// Pairs are backendRefs of a rule; an absent weight is 1. Accepted when the route's parents are.
class HttpRouteRouter : public WeightedRouter {
 public:
  explicit HttpRouteRouter(kubernetes::KubeClient& client)
      : WeightedRouter(client, kubernetes::kHttpRoutes) {}

 private:
  Pairs PairsIn(const nlohmann::json& object, const std::string& ns,
                const core::Route& route) const override;
  bool IsAccepted(const nlohmann::json& object) const override;
};

// True when every parent that accepts the route (in any generation) has accepted this generation
// of it and resolved its references, and there is at least one. Entries of parents that the route
// no longer names are passed over: controllers may leave them behind.
bool AcceptedByItsParents(const nlohmann::json& route);

}  // namespace slogate::adapters::traffic
