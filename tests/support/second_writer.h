// Somebody else who keeps writing to the same routes: an annotation, and a header of another rule.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kubernetes/kube_client.h"

namespace slogate::testing {

// Writes to the route of each namespace once per `period` until destroyed; every fourth write
// changes the spec.
class SecondWriter {
 public:
  SecondWriter(adapters::kubernetes::KubeClient& client, std::vector<std::string> namespaces,
               std::chrono::milliseconds period);
  ~SecondWriter();

 private:
  void Run();
  void Touch(const std::string& ns, int round);

  adapters::kubernetes::KubeClient& client_;
  const std::vector<std::string> namespaces_;
  const std::chrono::milliseconds period_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace slogate::testing
