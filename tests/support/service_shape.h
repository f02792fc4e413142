// A plain Service over the pods of both tracks in the namespaces of the tests.
#pragma once

#include "support/route_shape.h"

namespace slogate::testing {

// The weight is in the canary's Deployment, which the controller makes.
class ServiceShape : public RouteShape {
 public:
  std::vector<std::pair<std::string, nlohmann::json>> Objects(const std::string& ns) const override;
  nlohmann::json PolicyRoute() const override;
  std::string resource() const override { return "deployments"; }
  std::string name() const override;
  bool CountsPods() const override { return true; }
  bool MadeByController() const override { return true; }
  int Percent(const nlohmann::json& object) const override;
  nlohmann::json Touch(int round) const override;

 protected:
  std::string Collection(const std::string& ns) const override;
  void EraseWeights(nlohmann::json& object) const override;
};

}  // namespace slogate::testing
