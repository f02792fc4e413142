// Tells what happened as Events on the policy.
#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <string>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// One Event per reason and message; a repetition within ten minutes counts that one up. Thread-safe
// and never throws; a call lasts no longer than three seconds. `clock` must outlive the sink.
class KubeEventSink : public ports::EventSink {
 public:
  using OnFailure = std::function<void(const ports::Error&)>;

  // `on_failure` hears of each event that could not be written.
  KubeEventSink(ClusterConfig config, const ports::Clock& clock, OnFailure on_failure);

  void Record(const ports::PolicyRecord& record, const core::HistoryEntry& entry) override;

 private:
  // An event that may be counted up.
  struct Recent {
    std::string what;  // policy, reason and message
    std::string path;
    core::TimePoint last{};
    int count = 1;
  };

  // The count after this one, and where the event is; 1 for a new event.
  Recent Remember(const std::string& what, const std::string& path, core::TimePoint now);
  void Drop(const std::string& what);

  KubeClient client_;
  const ports::Clock& clock_;
  OnFailure on_failure_;
  std::mutex mutex_;
  std::list<Recent> recent_;  // newest first
};

}  // namespace slogate::adapters::kubernetes
