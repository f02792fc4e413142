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

}  // namespace slogate::adapters::traffic
