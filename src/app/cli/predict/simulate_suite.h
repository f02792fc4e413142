// Scenarios held against the goals that they state, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "app/cli/frame/output.h"
#include "simulation/goals.h"
#include "simulation/runner.h"
#include "simulation/scenario.h"

namespace slogate::app {

struct SuiteRow {
  simulation::Scenario scenario;
  simulation::RunTotals totals;  // has runs
};

// Pure; any thread. Lines have at most 80 columns where names have at most 24.

std::string SuiteHeading();
// One line a goal.
std::vector<std::string> SuiteLines(const SuiteRow& row);
// How many goals are met, and what the signs in the table mean.
std::vector<std::string> SuiteSummary(const std::vector<SuiteRow>& rows);

Json SuiteValue(const std::vector<SuiteRow>& rows, bool stopped);

// Whether any goal is missed by more than chance.
bool HasMiss(const std::vector<SuiteRow>& rows);

}  // namespace slogate::app
