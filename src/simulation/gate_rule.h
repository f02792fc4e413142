// The gate itself as a rule: the real core in an ideal world.
#pragma once

#include "simulation/rule.h"

namespace slogate::simulation {

// "gate".
RuleKind GateRule();

}  // namespace slogate::simulation
