// Plays a mesh, an NGINX ingress controller and kube-proxy beside the gateway: what users reach.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/kube_client.h"
#include "support/actors.h"

namespace slogate::testing {

// The gateway's routes, and the last http route of every VirtualService, every Ingress with its
// canary, and every Service over the pods of both arms (kArmLabel). Thread-safe.
class PlayedRoutes : public ServedRoutes {
 public:
  PlayedRoutes(adapters::kubernetes::KubeClient& client, const ServedRoutes& gateway);

  ~PlayedRoutes() override;

  std::vector<ServedRoute> Served() const override;

 private:
  using Objects = std::map<std::string, nlohmann::json>;  // by namespace and name

  void Changed(Objects& objects, const std::string& key, const nlohmann::json& object);

  const ServedRoutes& gateway_;
  mutable std::mutex mutex_;
  Objects virtual_services_;
  Objects ingresses_;
  Objects services_;
  std::vector<std::unique_ptr<ObjectWatch>> watches_;  // last: their threads use all the others
};

}  // namespace slogate::testing
