// The routes that a gateway or mesh serves, with their weights.
#pragma once

#include <string>
#include <vector>

namespace slogate::sandbox {

struct Backend {
  std::string service;
  int weight = 0;
};

// A route as it is served.
struct ServedRoute {
  std::string ns;
  std::string name;
  std::vector<std::vector<Backend>> rules;
};

// Whoever takes traffic to Services. Implementations are thread-safe.
class ServedRoutes {
 public:
  virtual ~ServedRoutes() = default;
  virtual std::vector<ServedRoute> Served() const = 0;
};

}  // namespace slogate::sandbox
