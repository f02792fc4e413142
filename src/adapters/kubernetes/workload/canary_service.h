// The Services in front of the tracks: the user's, and the canary's, which follows it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/workload/canary_deployment.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// The Services of a policy's routes as they are; a null object does not exist.
struct RouteServices {
  struct Pair {
    std::string baseline_name;
    std::string canary_name;
    nlohmann::json baseline;
    nlohmann::json canary;
    bool canary_is_ours = false;
  };
  std::vector<Pair> pairs;             // each canary's Service once
  std::vector<nlohmann::json> shared;  // in front of both tracks, which something else tells apart

  FrontServices Front() const;
};

ports::Result<RouteServices> ReadServices(KubeClient& client, const ports::PolicyRecord& record);

// What pods carry, for Services to select by.
struct TrackPods {
  nlohmann::json running;  // template that production runs
  nlohmann::json offered;  // template that production asks for
  nlohmann::json canary;   // the canary's labels
};

// Why traffic would go astray, with the fix: a Service that does not exist, selects no pods of its
// track, or those of the other; a port that the new revision does not have. Empty: in order.
std::string ServicesProblem(const RouteServices& services, const TrackPods& pods,
                            const ports::PolicyRecord& record);

// The canary's Service: ports, labels, session affinity of `baseline`, for pods with the labels
// `selector`.
nlohmann::json CanaryService(const std::string& name, const nlohmann::json& baseline,
                             const nlohmann::json& selector, const ports::PolicyRecord& record);

// Whether every canary's Service exists and, where it is ours, is as the user's Service is.
bool ServicesFollow(const RouteServices& services, const nlohmann::json& selector,
                    const ports::PolicyRecord& record);

// Makes it so. A Service of somebody else is left alone.
ports::Result<void> EnsureServices(KubeClient& client, const RouteServices& services,
                                   const nlohmann::json& selector,
                                   const ports::PolicyRecord& record);

}  // namespace slogate::adapters::kubernetes
