// Plays an autoscaler: doubles and halves production at moments that a seed gives.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"

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
  void Run();

  adapters::kubernetes::KubeClient& client_;
  const std::vector<std::string> namespaces_;
  const int replicas_;
  const std::uint64_t seed_;
  std::atomic<bool> stop_ = false;
  std::string refusal_;
  std::thread thread_;
};

}  // namespace slogate::testing
