// The rules that the gate is compared with.
#pragma once

#include <vector>

#include "simulation/trial.h"

namespace slogate::simulation {

// Rules that other tools use, and the likelihood ratio alone, without what the gate adds to it.
std::vector<RuleKind> Rivals();

}  // namespace slogate::simulation
