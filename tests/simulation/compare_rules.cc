// Prints what the gate and its rivals make of the same traffic: the tables of
// docs/concepts/statistics.md.
//   compare_rules RUNS SCENARIO...    a scenario of examples/simulation, such as late-x5
#include <cstdlib>
#include <iostream>

#include "app/cli/predict/simulate_report.h"
#include "simulation/played.h"
#include "simulation/rivals/rivals.h"
#include "simulation/trial.h"

int main(int count, char** values) {
  using namespace slogate;
  if (count < 3 || std::atol(values[1]) < 1) {
    std::cerr << "usage: compare_rules RUNS SCENARIO...\n";
    return 2;
  }
  setenv("SLOGATE_YARDSTICK_RUNS", values[1], 1);
  for (int i = 2; i < count; ++i) {
    app::SimulatedScenario simulated;
    simulated.wanted_runs = simulation::Runs();
    std::vector<simulation::RuleKind> rules = {simulation::GateRule()};
    for (const simulation::RuleKind& rival : simulation::Rivals()) rules.push_back(rival);
    for (const simulation::RuleKind& rule : rules) {
      const simulation::Played& played = simulation::Play(values[i], rule);
      simulated.scenario = played.scenario;
      simulated.totals.push_back(played.totals);
    }
    for (const std::string& line : app::SimulateTable(simulated, {})) std::cout << line << "\n";
    std::cout << "\n";
  }
  return 0;
}
