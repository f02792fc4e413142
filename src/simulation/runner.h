// Many runs of several rules, spread over threads.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "simulation/gate_rule.h"
#include "simulation/run_totals.h"
#include "simulation/scenario.h"

namespace slogate::simulation {

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
