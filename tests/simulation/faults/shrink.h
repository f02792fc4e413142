// A failing scenario made as small as it stays failing.
#pragma once

#include "simulation/faults/fault_rollout.h"

namespace slogate::faults {

// With fewer and shorter faults, one process, fewer steps and no budgets, as far as the same
// promise is broken without the rest. `scenario` breaks one.
Scenario Shrunk(const Scenario& scenario, Bug bug = Bug::kNone);

// What happens in a scenario, and the command that runs it again.
std::string Story(const Scenario& scenario, Bug bug = Bug::kNone);

}  // namespace slogate::faults
