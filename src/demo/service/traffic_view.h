// What a simulated service must know of a cluster.
#pragma once

#include <string>
#include <vector>

namespace slogate::demo {

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

// The pods of one version that can serve.
struct ServingPods {
  std::string hash;     // their label pod-template-hash
  std::string profile;  // how they answer (traffic_profile.h)
  int count = 0;
};

// Implementations are thread-safe, and fast: they are asked many times a second.
class TrafficView {
 public:
  virtual ~TrafficView() = default;
  virtual std::vector<ServedRoute> Routes() const = 0;
  virtual std::vector<ServingPods> Behind(const std::string& ns,
                                          const std::string& service) const = 0;
};

}  // namespace slogate::demo
