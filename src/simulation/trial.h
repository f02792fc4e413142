// Plays one rollout through the core: blocks in, decisions out, in an ideal world.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulation/scenario.h"
#include "slogate/core/comparator.h"
#include "slogate/core/decide.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::simulation {

// A way to decide on a canary from its counts: the gate, or a rival of it.
//
// All rules of a run see the same streams, as long as they ask for the same weights. One rule plays
// one trial at a time, in one thread.

// A block has closed.
struct RuleInput {
  std::int64_t block = 0;   // from 0
  int step = 0;             // index into the scenario's steps
  bool step_over = false;   // the step's least duration has passed
  const core::Block& seen;  // both tracks, per objective of the scenario
};

enum class Move {
  kHold,      // the weight stays
  kNextStep,  // the next step's weight, from the next block on; promotes after the last step
  kPromote,   // all traffic, at once
  kRollBack,  // none
  kGiveUp,    // stops undecided
};

struct Reaction {
  Move move = Move::kHold;
  std::vector<std::string>
      failed_objectives;       // kRollBack: objectives, or "objective{cohort=value}"
  core::LogEvidence evidence;  // of rules that have it: the most telling objective's
};

class ReleaseRule {
 public:
  virtual ~ReleaseRule() = default;
  // Whether `Begin` needs blocks from before the rollout.
  virtual bool WantsHistory() const { return false; }
  // A new trial begins; everything seen before is forgotten. `history` is empty of objectives when
  // the rule wants none or the scenario has none.
  virtual void Begin(const core::HistoryReading& history) = 0;
  virtual Reaction See(const RuleInput& input) = 0;
};

struct RuleKind {
  std::string name;
  std::function<std::unique_ptr<ReleaseRule>(const Scenario&)> make;
};

// A world in which every intent comes true at once: for playing the core in virtual time.

// What a check would see of workload and routes: a candidate is held until it is promoted, and has
// all the pods that any weight needs; every route is accepted and at the weight that `state` asks
// for. Neither evidence nor history.
core::Observations IdealWorld(const core::Policy& policy, const core::RolloutState& state);

// The gate itself as a rule: the real core in an ideal world.

// "gate".
RuleKind GateRule();

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

// One run of one rule against one stream.

enum class End { kUndecided, kRolledBack, kPromoted };

struct Outcome {
  End end = End::kUndecided;
  core::Duration after{0};  // from the first block's begin to the end of the deciding block
  // From the begin of the first block with the fault to the end of the deciding block; absent: no
  // block had it yet.
  std::optional<core::Duration> since_fault;
  double bad_served = 0;        // bad events of the canary until then, of all objectives
  bool failed_rightly = false;  // kRolledBack: what has the fault was named (Guilt::kFaulty)
  bool failed_wrongly = false;  // kRolledBack: something innocent was
};

// One closed block of a run, for drawing it.
struct TracePoint {
  core::Duration at{0};  // the block's end
  int step = 0;
  int weight_percent = 0;
  core::PairedCounts counts;  // of the first objective
  core::LogEvidence evidence;
  Move move = Move::kHold;
};
using Trace = std::vector<TracePoint>;

// Run number `run` of the scenario's seed: the same arguments give the same outcome, on any
// machine. `trace` may be null.
Outcome Play(const Scenario& scenario, ReleaseRule& rule, std::uint64_t run,
             Trace* trace = nullptr);

}  // namespace slogate::simulation
