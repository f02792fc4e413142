// What would end a step, or catch a fault in it: the weight, the time or the margin.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "app/cli/plan_outlook.h"

namespace slogate::app {

// Why one objective seldom lets one step end by itself, and what would; absent: it does.
std::optional<std::string> UndecidedWarning(const PlanInput& input, const StepOutlook& outlook,
                                            std::size_t step, std::size_t objective);

// That a step mostly lets the largest fault on, and what would catch it; absent: it does not.
std::optional<std::string> LetOnNote(const PlanInput& input, const StepOutlook& outlook,
                                     std::size_t step, std::size_t objective);

}  // namespace slogate::app
