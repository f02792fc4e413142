// One run of one rule against one stream.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "simulation/rule.h"
#include "simulation/scenario.h"

namespace slogate::simulation {

enum class End { kUndecided, kRolledBack, kPromoted };

struct Outcome {
  End end = End::kUndecided;
  core::Duration after{0};  // from the first block's begin to the end of the deciding block
  // From the begin of the first block with the fault to the end of the deciding block; absent: no
  // block had it yet.
  std::optional<core::Duration> since_fault;
  double bad_served = 0;      // bad events of the canary until then, of all objectives
  bool blamed_right = false;  // kRolledBack: what has the fault was named (Guilt::kFaulty)
  bool blamed_wrong = false;  // kRolledBack: something innocent was
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
Outcome Play(const Scenario& scenario, Rule& rule, std::uint64_t run, Trace* trace = nullptr);

}  // namespace slogate::simulation
