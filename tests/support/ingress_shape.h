// An Ingress of the NGINX ingress controller in the namespaces of the tests.
#pragma once

#include "support/route_shape.h"

namespace slogate::testing {

// The team's Ingress points at the baseline and at the third Service; the canary's is slogate's,
// and the second writer annotates it.
class IngressShape : public RouteShape {
 public:
  std::vector<std::pair<std::string, nlohmann::json>> Objects(const std::string& ns) const override;
  nlohmann::json PolicyRoute() const override;
  std::string resource() const override { return "ingresses"; }
  std::string name() const override;
  bool MadeByController() const override { return true; }
  int Percent(const nlohmann::json& object) const override;
  nlohmann::json Touch(int round) const override;

 protected:
  std::string Collection(const std::string& ns) const override;
  void EraseWeights(nlohmann::json& object) const override;
};

}  // namespace slogate::testing
