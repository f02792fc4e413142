// Simulated rollouts as charts.
#pragma once

#include <cstdint>

#include "app/cli/plot/chart.h"
#include "app/cli/predict/simulate_report.h"
#include "simulation/scenario.h"
#include "simulation/trial.h"

namespace slogate::app {

// Pure; any thread.

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
