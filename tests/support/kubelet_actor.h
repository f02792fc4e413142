// Plays every node of a cluster: pods become ready, crash, or never start; ends are granted.
#pragma once

#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "support/object_watch.h"
#include "support/timeline.h"

namespace slogate::testing {

// How a pod behaves is an annotation of its template: "ready" (also when absent), "crash" (ready at
// first, then dying again and again), or "never" (never ready).
inline constexpr const char* kBehaviourAnnotation = "test.slogate.dev/behaviour";

class KubeletActor {
 public:
  struct Options {
    std::chrono::milliseconds ready_after{150};    // from a pod's creation
    std::chrono::milliseconds first_crash{1'500};  // from its readiness
    std::chrono::milliseconds crash_period{400};   // between a crash and the next readiness
    std::chrono::milliseconds end_after{100};      // from the wish to the end
  };

  KubeletActor(adapters::kubernetes::KubeClient& client, Options options);
  ~KubeletActor();

  // Lets the destructor return sooner.
  void Stop() { pods_.Stop(); }

 private:
  void Changed(const nlohmann::json& pod);
  void Bind(const nlohmann::json& pod);
  void WriteStatus(const nlohmann::json& pod, bool ready, int restarts);
  void Crash(const nlohmann::json& pod, int restarts);
  bool FirstTime(const std::string& what);

  adapters::kubernetes::KubeClient& client_;
  const Options options_;
  std::mutex mutex_;
  std::set<std::string> done_;
  Timeline timeline_;
  ObjectWatch pods_;  // last: its thread uses all the others
};

}  // namespace slogate::testing
