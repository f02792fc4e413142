// What the demo runs in: a cluster, its workloads, their users and a Prometheus.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "slogate/core/rollout_state.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

struct Cluster;

struct DemoOptions {
  std::uint64_t seed = 1;                 // of the users' requests
  std::string prometheus = "prometheus";  // looked up in PATH, or a file
};

// What is released, and how it must end.
struct DemoRelease {
  ports::Key policy;
  std::string story;  // what is new in the new version, in a few words
  core::Phase right_phase = core::Phase::kPromoted;
  std::vector<std::string> right_blamed;  // objectives
  // For which it must have been paused on its way; kNone: no matter.
  core::Reason right_pause = core::Reason::kNone;
};

// What can be said of a rollout without its policy.
struct DemoFacts {
  std::int64_t canary_requests = 0;  // answered by the new version while it was the canary
  std::int64_t canary_bad = 0;       // an error, too slow, or a wrong answer
  bool baseline_is_candidate = false;
  bool canary_at_rest = false;  // scaled to zero
  std::string trouble;          // what befalls it now, in a few words; empty: nothing
};

// Used by one thread. Its destructor leaves no process and no file behind.
class DemoEnvironment {
 public:
  virtual ~DemoEnvironment() = default;

  virtual const std::vector<DemoRelease>& releases() const = 0;
  virtual int requests_per_second() const = 0;

  // The ports of the cluster. They may be used until the environment is destroyed.
  virtual Cluster Connect() = 0;

  // True once every workload rests on its old version and Prometheus has seen its users for a
  // while. To be asked again and again: it sends the users when the time has come.
  virtual bool ReadyToRelease() = 0;

  // Gives every workload its new version.
  virtual void Release() = 0;

  // Lets time pass for pods, routes and faults; to be called several times a second.
  virtual void Advance() = 0;

  virtual DemoFacts FactsOf(std::size_t release) = 0;
};

}  // namespace slogate::app
