// A rival: the Mann-Whitney test on the error rates of each minute, canary against baseline, with
// the published tolerance (.25) and confidence (98 %), from the fifth minute on.
#pragma once

#include "simulation/trial.h"

namespace slogate::simulation {

// Named "mann-whitney".
RuleKind MannWhitneyRule();

}  // namespace slogate::simulation
