// Rivals that watch the canary alone: a minute in which less than 99 % of its requests succeed is a
// failure, whatever the baseline does (below the objective's own target where that is lower).
#pragma once

#include "simulation/trial.h"

namespace slogate::simulation {

inline constexpr int kMaxFailures = 1000;

// Rolls back after `failures` failed minutes in a row, 1..kMostFailures; minutes without requests
// do not count. Named "threshold", or "threshold:<failures>" above one.
RuleKind ThresholdRule(int failures = 1);

// Rolls back at the `failures`-th failed minute, wherever they are. Named "strikes", or
// "strikes:<failures>" unless that is 5.
inline constexpr int kUsualStrikes = 5;
RuleKind StrikesRule(int failures = kUsualStrikes);

}  // namespace slogate::simulation
