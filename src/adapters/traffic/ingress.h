// Moves the weight of a canary Ingress of the NGINX ingress controller.
#pragma once

#include <string>
#include <vector>

#include "adapters/kubernetes/kube_client.h"
#include "adapters/kubernetes/route_api.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::traffic {

// Makes the canary's Ingress when it is absent and the weight rises, and keeps the hosts and paths
// of one that it made those of the baseline's; of somebody else's it writes the weight alone. An
// Ingress is accepted when it exists, since nobody says more of it. Thread-safe.
class IngressRouter : public ports::TrafficRouter {
 public:
  explicit IngressRouter(kubernetes::KubeClient& client)
      : client_(client), api_(client, kubernetes::kIngresses) {}

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override;
  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent) override;

 private:
  // The canary's Ingress; a null object when there is none.
  ports::Result<kubernetes::RouteApi::Found> Canary(const std::string& ns,
                                                    const core::Route& route);
  ports::Result<void> Create(const std::string& ns, const core::Route& route,
                             const kubernetes::RouteApi::Found& main, int canary_percent);
  ports::Result<void> Write(const std::string& ns, const core::Route& route,
                            const kubernetes::RouteApi::Found& canary, const nlohmann::json& spec,
                            std::int64_t weight);
  // Why the pair cannot be moved, with the mend; empty when it can.
  std::string Problem(const std::string& ns, const core::Route& route, const nlohmann::json& main,
                      const nlohmann::json& canary) const;

  kubernetes::KubeClient& client_;
  kubernetes::RouteApi api_;
};

}  // namespace slogate::adapters::traffic
