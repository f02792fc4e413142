// Moves the weights of an Istio VirtualService.
#pragma once

#include "adapters/traffic/weighted_router.h"

namespace slogate::adapters::traffic {

// Pairs are destinations of an http, tls or tcp route: of two Services, or of two subsets of one
// host. An absent weight beside others is 0. Accepted unless Istio says that it is not, since Istio
// need not say anything.
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
