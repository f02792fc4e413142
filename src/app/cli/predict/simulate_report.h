// What simulated rollouts came to, for people and for programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/cli/frame/output.h"
#include "app/cli/plot/chart.h"
#include "app/cli/terminal/span.h"
#include "app/cli/terminal/terminal.h"
#include "simulation/runner.h"
#include "simulation/scenario.h"
#include "simulation/trial.h"
#include "slogate/core/time.h"

namespace slogate::app {

struct SimulatedScenario {
  simulation::Scenario scenario;
  std::int64_t wanted_runs = 0;               // fewer were made when stopped
  std::vector<simulation::RunTotals> totals;  // one a rule
};

// Pure; any thread.

// What is wrong with the scenario's canary, and so what would be right; one sentence.
std::string FaultText(const simulation::Scenario& scenario);

// "0.03+-0.05": a share of runs in percent, and how far off the true one may be: at most 1 % of the
// time it is higher, at most 1 % lower.
std::string ShareText(const simulation::Proportion& share, Style style);

// Heading, one row a rule, and which objectives were failed where there are several to choose from.
std::vector<std::string> SimulateTable(const SimulatedScenario& simulated, Style style);

// What the signs in the tables mean.
std::vector<std::string> SimulateLegend(Style style);

Json SimulateValue(const std::vector<SimulatedScenario>& simulated, bool stopped);

// How far many runs have come: name, bar, share, runs and time left, in one line of at most
// `terminal.columns` - 1 columns.
std::string ProgressLine(const std::string& name, std::int64_t finished, std::int64_t wanted,
                         core::Duration passed, const Terminal& terminal);

// Charts.

// The share of runs rolled back over time, a line each rule: since the fault began or, without one,
// since the rollout began.
Chart DetectionChart(const SimulatedScenario& simulated);

// One run of the gate: what a graph of error rates shows, minute by minute, and what the evidence
// says of it. `outcome` is that of the trace; the trace is not empty.
struct TracedRun {
  std::int64_t run = 0;
  simulation::Trace trace;
  simulation::Outcome outcome;
};
Chart RatesChart(const simulation::Scenario& scenario, const TracedRun& traced);
Chart EvidenceChart(const simulation::Scenario& scenario, const TracedRun& traced);

}  // namespace slogate::app
