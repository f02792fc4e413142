// The two Ingresses of the NGINX ingress controller: the one that points at the baseline, and the
// canary's, whose annotations split the traffic of the same hosts and paths. Pure; the objects are
// not trusted.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/client/route_api.h"
#include "slogate/core/policy.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::traffic {

inline constexpr const char* kCanaryAnnotation = "nginx.ingress.kubernetes.io/canary";
inline constexpr const char* kWeightAnnotation = "nginx.ingress.kubernetes.io/canary-weight";

// Why slogate cannot move traffic by the baseline's Ingress, with the fix; empty when it can.
std::string ProblemOfMain(const nlohmann::json& main, const core::Route& route);

// Whether slogate made it: then its hosts and paths are kept those of the baseline's Ingress.
bool IsOwnCanary(const nlohmann::json& canary);

// Whether the controller takes it for a canary.
bool IsCanary(const nlohmann::json& canary);

// The same for the canary's Ingress when somebody else made it.
std::string ProblemOfCanary(const nlohmann::json& canary, const core::Route& route);

// What the canary's Ingress says of its share: `weight` of `total`. Absent when it says nonsense.
struct IngressShare {
  std::int64_t weight = 0;
  std::int64_t total = 100;
};
std::optional<IngressShare> ShareOf(const nlohmann::json& canary);

// The hosts and paths of the baseline's Service in `main`, with the canary's Service behind them.
nlohmann::json CanarySpec(const nlohmann::json& main, const core::Route& route);

// The canary's Ingress, not yet created. It belongs to `main` and goes with it.
nlohmann::json CanaryIngress(const nlohmann::json& main, const core::Route& route, int percent);

// What else decides where requests go; empty when the weight alone does.
std::string PrecedenceNote(const nlohmann::json& main, const nlohmann::json& canary);

// Moves the weight of a canary Ingress of the NGINX ingress controller.

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
  // Why the pair cannot be moved, with the fix; empty when it can.
  std::string Problem(const std::string& ns, const core::Route& route, const nlohmann::json& main,
                      const nlohmann::json& canary) const;

  kubernetes::KubeClient& client_;
  kubernetes::RouteApi api_;
};

}  // namespace slogate::adapters::traffic
