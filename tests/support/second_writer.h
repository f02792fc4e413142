// Somebody else who keeps writing to the same objects: an annotation, and a part of another rule.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "support/route_shape.h"

namespace slogate::testing {

// Writes to the object that holds the weight in each namespace, once per `period` until destroyed;
// where the kind has a rule of another's, every fourth write changes that.
class SecondWriter {
 public:
  using Routes = std::vector<std::pair<std::string, const RouteShape*>>;  // by namespace

  SecondWriter(adapters::kubernetes::KubeClient& client, Routes routes,
               std::chrono::milliseconds period);
  ~SecondWriter();

 private:
  void Run();

  adapters::kubernetes::KubeClient& client_;
  const Routes routes_;
  const std::chrono::milliseconds period_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace slogate::testing
