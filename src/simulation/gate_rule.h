// A way to decide on a canary from its counts: the gate, or a rival of it.
//
// All rules of a run see the same streams, as long as they ask for the same weights. One rule plays
// one trial at a time, in one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "simulation/scenario.h"
#include "slogate/core/comparator.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::simulation {

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

// What a check would see of workload and routes: all pods available, every route accepted and at
// the weight that `state` asks for. Neither evidence nor history. A candidate differs from the
// baseline until it is promoted.
core::Observations IdealWorld(const core::Policy& policy, const core::RolloutState& state);

// The gate itself as a rule: the real core in an ideal world.

// "gate".
RuleKind GateRule();

}  // namespace slogate::simulation
