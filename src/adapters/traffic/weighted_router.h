// Moves the weights of routes that hold them in themselves: one JSON patch for all pairs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/client/route_api.h"
#include "adapters/traffic/weight_pair.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::traffic {

// What all such routers share. The patch replaces the resource version read (a stale one answers
// 409), tests what the two backends of each pair are, and sets their weights. Thread-safe.
class WeightedRouter : public ports::TrafficRouter {
 public:
  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override;
  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent) override;

 protected:
  WeightedRouter(kubernetes::KubeClient& client, const kubernetes::RouteKind& kind)
      : client_(client), api_(client, kind) {}

 private:
  // Pure; `object` is not trusted.
  virtual Pairs PairsIn(const nlohmann::json& object, const std::string& ns,
                        const core::Route& route) const = 0;
  virtual bool IsAccepted(const nlohmann::json& object) const = 0;

  kubernetes::KubeClient& client_;
  kubernetes::RouteApi api_;
};

// Of a Gateway API HTTPRoute: pairs are backendRefs of a rule; an absent weight is 1. Accepted when
// the route's parents are.
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

// Of an Istio VirtualService: pairs are destinations of an http, tls or tcp route: of two Services,
// or of two subsets of one host. An absent weight beside others is 0. Accepted unless Istio says
// that it is not, since Istio need not say anything.
class VirtualServiceRouter : public WeightedRouter {
 public:
  explicit VirtualServiceRouter(kubernetes::KubeClient& client)
      : WeightedRouter(client, kubernetes::kVirtualServices) {}

 private:
  Pairs PairsIn(const nlohmann::json& object, const std::string& ns,
                const core::Route& route) const override;
  bool IsAccepted(const nlohmann::json& object) const override;
};

}  // namespace slogate::adapters::traffic
