// Moves the weights of a Gateway API HTTPRoute.
#pragma once

#include <string>
#include <vector>

#include "adapters/kubernetes/gateway_api.h"
#include "adapters/kubernetes/kube_client.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::traffic {

// Writes one JSON patch that replaces the resource version read (a stale one answers 409), tests
// the names of the two backends of each rule, and sets their weights. Thread-safe.
class HttpRouteRouter : public ports::TrafficRouter {
 public:
  explicit HttpRouteRouter(kubernetes::KubeClient& client) : client_(client), gateway_(client) {}

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override;
  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent) override;

 private:
  kubernetes::KubeClient& client_;
  kubernetes::GatewayApi gateway_;
};

}  // namespace slogate::adapters::traffic
