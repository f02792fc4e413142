// What would end a step, or catch a fault in it: the weight, the time or the margin.
#pragma once

#include <string>
#include <vector>

#include "app/cli/predict/plan_outlook.h"

namespace slogate::app {

// What of a plan deserves a word, and what would help, with the number that would do it.
struct PlanAdvice {
  std::vector<std::string> warnings;  // a step that seldom ends by itself
  std::vector<std::string> notes;     // what else to know
};

// Pure. Numbers that would help are found with the formulas of core/power.h, scaled to what the
// drawn rollouts showed.
PlanAdvice Report(const PlanInput& input, const std::vector<StepOutlook>& outlooks);

}  // namespace slogate::app
