// Plays a mesh, an NGINX ingress controller and kube-proxy beside the gateway: what users of a real
// cluster reach.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "demo/service/simulated_service.h"
#include "support/gateway_actor.h"
#include "support/object_watch.h"

namespace slogate::testing {

// How a pod answers is an annotation of its template (traffic_profile.h).
inline constexpr const char* kProfileAnnotation = "test.slogate.dev/profile";

// The gateway's routes, and the last http route of every VirtualService, every Ingress with its
// canary, and every Service over the pods of both tracks (kArmLabel). Thread-safe.
class ClusterTraffic : public demo::TrafficView {
 public:
  ClusterTraffic(adapters::kubernetes::KubeClient& client, const GatewayActor& http,
                 const GatewayActor& grpc);

  ~ClusterTraffic() override;

  std::vector<demo::ServedRoute> Routes() const override;
  std::vector<demo::ServingPods> Behind(const std::string& ns,
                                        const std::string& service) const override;

 private:
  using Objects = std::map<std::string, nlohmann::json>;  // by namespace and name

  void Changed(Objects& objects, const std::string& key, const nlohmann::json& object);
  std::vector<demo::ServingPods> FindBehind(const std::string& ns,
                                            const std::string& service) const;

  const std::array<const GatewayActor*, 2> gateways_;
  mutable std::mutex mutex_;
  Objects virtual_services_;
  Objects ingresses_;
  Objects services_;
  Objects pods_;
  // By namespace and service, until anything changes.
  mutable std::map<std::string, std::vector<demo::ServingPods>> behind_;
  std::vector<std::unique_ptr<ObjectWatch>> watches_;  // last: their threads use all the others
};

}  // namespace slogate::testing
