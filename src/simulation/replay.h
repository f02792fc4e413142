// Plays one rollout through the core: blocks in, decisions out, in an ideal world.
#pragma once

#include <cstdint>
#include <vector>

#include "slogate/core/decide.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"

namespace slogate::simulation {

// Thread rule: one thread at a time. Keeps a reference to the policy.
class Replay {
 public:
  // A candidate waits at rest, and its first weight is set so that `first_block` is the first block
  // of evidence.
  Replay(const core::Policy& policy, const core::HistoryReading& history, std::int64_t first_block);
  Replay(core::Policy&& policy, const core::HistoryReading& history,
         std::int64_t first_block) = delete;

  // Closes the next block; blocks ascend by one from `first_block`. Those that a step has to wait
  // for after its weight was moved are passed over, as in a real rollout. Gives the decisions'
  // news, and nothing once the rollout has ended.
  const std::vector<core::HistoryEntry>& Close(const core::Block& block);

  const core::RolloutState& State() const { return state_; }
  // The share that the canary has of the traffic in the block to come, in percent.
  int WeightPercent() const { return state_.desired_percent; }
  // Every step passed, or rolled back.
  bool HasEnded() const;

 private:
  void Decide(core::TimePoint now);
  void Settle(core::TimePoint now);

  core::Policy policy_;
  core::Observations world_;
  core::RolloutState state_;
  std::vector<core::HistoryEntry> news_;
};

}  // namespace slogate::simulation
