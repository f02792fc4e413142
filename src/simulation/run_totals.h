// What many runs of one rule amount to, each figure with its Monte-Carlo error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulation/trial.h"

namespace slogate::simulation {

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
// The share of all runs that were caught within this time.
Proportion CaughtWithin(const RunTotals& totals, core::Duration time);

}  // namespace slogate::simulation
