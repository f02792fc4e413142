// What would end a step, or catch a fault in it: the weight, the time or the margin.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/predict/plan_outlook.h"

namespace slogate::app {

// Why one objective seldom lets one step end by itself, and what would; absent: it does.
std::optional<std::string> UndecidedWarning(const PlanInput& input, const StepOutlook& outlook,
                                            std::size_t step, std::size_t objective);

// That a step mostly lets the largest fault on, and what would catch it; absent: it does not.
std::optional<std::string> LetOnNote(const PlanInput& input, const StepOutlook& outlook,
                                     std::size_t step, std::size_t objective);

// What of a plan deserves a word, and what would help, with the number that would do it.

struct PlanAdvice {
  std::vector<std::string> warnings;  // a step that seldom ends by itself
  std::vector<std::string> notes;     // what else to know
};

// Pure. Numbers that would help are found with the formulas of core/power.h, scaled to what the
// drawn rollouts showed.
PlanAdvice Report(const PlanInput& input, const std::vector<StepOutlook>& outlooks);

}  // namespace slogate::app
