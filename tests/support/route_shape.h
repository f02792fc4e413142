// How each kind of route checks in the namespaces of the tests, and what slogate may change of it.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace slogate::testing {

// Every kind has a rule or path of its own for the third Service, and a second writer who changes
// something in the very object that holds the weight. Stateless, shared by threads.
class RouteShape {
 public:
  virtual ~RouteShape() = default;

  // What a team has made before slogate comes: collections ("" is the namespace) and objects.
  virtual std::vector<std::pair<std::string, nlohmann::json>> Objects(
      const std::string& ns) const = 0;
  // The item of spec.routes, without settleTime.
  virtual nlohmann::json PolicyRoute() const = 0;

  // The object that holds the weight: the audit log's resource, its name, and its path.
  virtual std::string resource() const = 0;
  virtual std::string name() const = 0;
  std::string Path(const std::string& ns) const { return Collection(ns) + "/" + name(); }
  // slogate makes it when it first moves traffic.
  virtual bool MadeByController() const { return false; }
  // The weight scales the canary.
  virtual bool CountsPods() const { return false; }

  // The canary's weight in percent; `object` is null when there is none. -1 when it cannot be read.
  virtual int Percent(const nlohmann::json& object) const = 0;
  // The object without what slogate may change, or the API server changes by itself.
  nlohmann::json WithoutWeights(nlohmann::json object) const;
  // What the second writer changes in this round, as a JSON patch.
  virtual nlohmann::json Touch(int round) const = 0;

 protected:
  virtual std::string Collection(const std::string& ns) const = 0;
  virtual void EraseWeights(nlohmann::json& object) const = 0;
};

// Of an HTTPRoute, GRPCRoute, VirtualService, Ingress or Service. Throws std::out_of_range for
// another kind.
const RouteShape& ShapeOf(const std::string& kind);

}  // namespace slogate::testing
