// Scenarios of examples/simulation, played once.
#pragma once

#include <cstdint>
#include <string>

#include "simulation/runner.h"
#include "simulation/trial.h"

namespace slogate::simulation {

struct Played {
  Scenario scenario;
  RunTotals totals;
};

// Runs of each scenario: SLOGATE_YARDSTICK_RUNS, or a few hundred.
std::int64_t Runs();
// Runs enough to hold a promise to its Monte-Carlo bound.
bool AreMany(std::int64_t runs);

// The scenario in examples/simulation/<name>.yaml under this rule; kept for the next call.
const Played& Play(const std::string& name, const RuleKind& kind);

}  // namespace slogate::simulation
