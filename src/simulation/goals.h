// What many runs of a scenario came to, held against what the scenario expects of them.
#pragma once

#include <string_view>
#include <vector>

#include "simulation/runner.h"
#include "simulation/scenario.h"

namespace slogate::simulation {

enum class GoalResult {
  kPass,  // the figure meets the goal
  kOpen,  // it does not, but so few runs may miss it by chance
  kMiss,  // it does not, and at most one time in a hundred by chance
};

// A goal's figure, in its own unit, and how far the number of runs may leave it off: the true one
// is below `low` with a chance of at most 1 %, and above `high` likewise. Infinite: never.
struct GoalReading {
  Goal goal;
  double value = 0;
  double low = 0;
  double high = 0;
  GoalResult result = GoalResult::kPass;
};

// One reading a goal, in order. `totals` are of this scenario and have runs. Pure.
std::vector<GoalReading> ReadGoals(const Scenario& scenario, const RunTotals& totals);

// The name that the figure has in a scenario's text.
std::string_view FieldOf(Figure figure);
// Whether the figure is to be at least the goal, and not at most.
bool IsAtLeast(Figure figure);

}  // namespace slogate::simulation
