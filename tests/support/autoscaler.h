// Plays an autoscaler: doubles and halves production at moments that a seed gives.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "support/timeline.h"

namespace slogate::testing {

// Writes to the scale subresource of each namespace's production, from half of `replicas` to twice
// as many, until stopped or destroyed.
class Autoscaler {
 public:
  Autoscaler(adapters::kubernetes::KubeClient& client, std::vector<std::string> namespaces,
             int replicas, std::uint64_t seed);
  ~Autoscaler();

  // Returns the first refusal of the API server; empty: it took every write.
  std::string Stop();

 private:
  void ScheduleNext();
  void Scale();

  adapters::kubernetes::KubeClient& client_;
  const std::vector<std::string> namespaces_;
  const int replicas_;
  std::mt19937_64 random_;
  std::map<std::string, int> present_;
  std::string refusal_;
  Timeline timeline_{1};
};

}  // namespace slogate::testing
