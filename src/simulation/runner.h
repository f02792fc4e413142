// Many runs of several rules, spread over threads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "simulation/scenario.h"
#include "simulation/trial.h"

namespace slogate::simulation {

// What many runs of one rule amount to, each figure with its Monte-Carlo error.

// A share of runs. `low` and `high` are exact one-sided bounds (Clopper and Pearson 1934): the true
// share is above `high` with a chance of at most 1 %, and below `low` likewise.
struct Proportion {
  std::int64_t hits = 0;
  std::int64_t of = 0;
  double share = 0;  // 0 when `of` is 0
  double low = 0;
  double high = 1;
};

Proportion ProportionOf(std::int64_t hits, std::int64_t of);

struct Mean {
  double value = 0;
  double standard_error = 0;  // 0 below two runs
};

Mean MeanOf(const std::vector<double>& values);

struct RunTotals {
  std::string rule;
  std::int64_t runs = 0;
  Proportion rolled_back;
  Proportion promoted;
  Proportion undecided;
  Proportion before_fault;    // rolled back before any block had the fault; of all runs
  Proportion caught;          // rolled back after; of all runs
  Proportion failed_rightly;  // of all runs
  Proportion failed_wrongly;
  Mean bad_served;  // by the canary until the end of the run
  // Times from the fault (without one: from the start) to the rollback, ascending, of the runs that
  // count as caught (without a fault: rolled back).
  std::vector<core::Duration> detections;
};

// `has_fault`: of the scenario; tells a catch from a false rollback.
RunTotals TotalsOf(const std::string& rule, bool has_fault, const std::vector<Outcome>& outcomes);

// The time by which `share` of all runs were caught; absent: fewer ever were.
std::optional<core::Duration> CaughtBy(const RunTotals& totals, double share);

struct RunSettings {
  std::int64_t runs = 1000;
  int jobs = 1;  // threads, >= 1
  // Told about the runs finished so far, some hundred times, by one thread at a time but not always
  // the same one. May be empty.
  std::function<void(std::int64_t finished)> progress = nullptr;
  // Asked before each run, by every thread; true ends the work. May be empty.
  std::function<bool()> stopped = nullptr;
};

// One totals a rule, in their order. Without a stop the result does not depend on `jobs`; stopped
// early, the tallies count the runs that were finished.
std::vector<RunTotals> Run(const Scenario& scenario, const std::vector<RuleKind>& rules,
                           const RunSettings& settings);

}  // namespace slogate::simulation
