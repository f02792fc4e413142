// What happened in a demo, in the order in which it was seen.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/demo_environment.h"
#include "app/cli/screen/rollout_view.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"

namespace slogate::app {

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
  std::optional<core::HistoryEntry> told;        // the newest of its own decisions in the story
  std::set<std::pair<int, core::Reason>> holds;  // by step: what it has been told to wait for

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

// The rollout has come to its right end: phase, blame, and what the baseline runs.
bool EndedRight(const DemoRollout& rollout);

// Time from the release to the decided end; absent while there is none.
std::optional<core::Duration> TimeToEnd(const DemoRollout& rollout, const DemoStory& story);

}  // namespace slogate::app
