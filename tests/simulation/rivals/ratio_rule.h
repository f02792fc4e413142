// The likelihood ratio of the comparator alone: without tempering, margins or a promotion. It shows
// what the gate pays for requests that do not arrive independently.
#pragma once

#include "simulation/trial.h"

namespace slogate::simulation {

// "ratio": rolls back at 1/alpha on the scenario's first objective, against its r0.
RuleKind RatioRule();

}  // namespace slogate::simulation
