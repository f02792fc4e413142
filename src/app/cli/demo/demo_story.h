// What the demo runs in: a cluster, its workloads, their users and a Prometheus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/status/rollout_view.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"
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
  std::vector<std::string> right_failed;  // objectives
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

// What happened in a demo, in the order in which it was seen.

struct DemoRollout {
  struct Weight {
    core::TimePoint at{};
    int percent = 0;
  };
  struct Trouble {
    std::string words;
    core::TimePoint began{};
    std::optional<core::TimePoint> ended;
  };

  DemoRelease given;
  RolloutView view;
  DemoFacts facts;
  std::vector<Weight> weights;                   // each change, oldest first
  std::vector<Trouble> troubles;                 // oldest first
  std::set<core::Reason> pauses;                 // why it was paused
  std::optional<core::TimePoint> ended;          // when its end was decided
  std::optional<core::HistoryEntry> reported;    // the newest of its own decisions in the story
  std::set<std::pair<int, core::Reason>> holds;  // by step: what it has been reported to wait for

  const std::string& name() const { return given.policy.name; }
};

struct DemoDecision {
  core::TimePoint at{};
  std::size_t rollout = 0;
  core::HistoryEntry entry;
};

// Used by one thread.
class DemoStory {
 public:
  DemoStory(const std::vector<DemoRelease>& rollouts, core::TimePoint began);

  // How one rollout is now.
  void See(std::size_t rollout, const ports::PolicyRecord& record, const DemoFacts& facts,
           core::TimePoint now);
  void Released(core::TimePoint now) { released_ = now; }

  const std::vector<DemoRollout>& rollouts() const { return rollouts_; }
  const std::vector<DemoDecision>& decisions() const { return decisions_; }
  core::TimePoint began() const { return began_; }
  std::optional<core::TimePoint> released() const { return released_; }

  // Every rollout is at its end, and every canary scaled down.
  bool Over() const;
  bool AllRight() const;

 private:
  void TellDecisions(std::size_t rollout, const core::RolloutState& state, core::TimePoint now);
  void TellHold(std::size_t rollout, const core::RolloutState& state, core::TimePoint now);

  std::vector<DemoRollout> rollouts_;
  std::vector<DemoDecision> decisions_;
  core::TimePoint began_;
  std::optional<core::TimePoint> released_;
};

// The rollout has come to its right end: phase, attribute, and what the baseline runs.
bool EndedRight(const DemoRollout& rollout);

// Time from the release to the decided end; absent while there is none.
std::optional<core::Duration> TimeToEnd(const DemoRollout& rollout, const DemoStory& story);

}  // namespace slogate::app
