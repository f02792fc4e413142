// How many pods make a share of the traffic, where a Service spreads it over all pods alike.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/core/policy.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::traffic {

// Pods of the canary for `percent` (0 to 99) beside `baseline` pods: the nearest number, and at
// least one for any share above none.
int CanaryPods(int percent, int baseline);

// The canary's true share in whole percent; 0 when there are no pods at all.
int PodPercent(int canary, int baseline);

// What becomes of `percent` beside `baseline` pods, such as "5 % is 1 of 4 pods, 25 %"; empty when
// it is as it says.
std::string RoundingNote(int percent, int baseline);

// The same for every step of which there is something to say.
std::string RoundingNote(const std::vector<core::Step>& steps, int baseline);

// Whether one Service sends to the pods of both tracks. Pure; the objects are not trusted.

// Why `service` does not select the pods of a template with `labels`, such as "selects app=shop,
// which they do not have"; empty when it selects them.
std::string WhyNotSelected(const nlohmann::json& service, const nlohmann::json& labels);

// The labels of the Deployment's pods; null when it has none.
const nlohmann::json& PodLabels(const nlohmann::json& deployment);

// The labels that pods of the baseline Deployment of `deployment` will have; null when it cannot
// have a baseline Deployment.
nlohmann::json TwinLabels(const nlohmann::json& deployment);

// Moves traffic behind a plain Service by the number of the canary's pods.

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
