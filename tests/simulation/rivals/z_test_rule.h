// A rival: the one-sided test of two proportions at 1 %, on all counts so far, at every check.
#pragma once

#include "simulation/trial.h"

namespace slogate::simulation {

// Named "z-test".
RuleKind ZTestRule();

}  // namespace slogate::simulation
