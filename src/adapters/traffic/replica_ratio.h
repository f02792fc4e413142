// Moves traffic behind a plain Service by the number of the canary's pods.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/kube_client.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::traffic {

// A weight is written as the canary Deployment's replicas, beside an annotation that says which
// weight they stand for: so rounding to whole pods is no drift. Accepted when exactly those pods
// are available, or none is left. Thread-safe.
class ReplicaRatioRouter : public ports::TrafficRouter {
 public:
  explicit ReplicaRatioRouter(kubernetes::KubeClient& client) : client_(client) {}

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override;
  // 100 is kInvalidArgument: beside pods of the baseline, no number of pods takes everything.
  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent) override;

 private:
  // A null object is one that does not exist.
  struct Objects {
    nlohmann::json service;
    nlohmann::json canary;
    nlohmann::json baseline;
  };
  ports::Result<Objects> Read(const std::string& ns, const core::Route& route);

  kubernetes::KubeClient& client_;
};

}  // namespace slogate::adapters::traffic
