// How many pods make a share of the traffic, where a Service spreads it over all pods alike.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/policy.h"

namespace slogate::adapters::traffic {

// Pods of the canary for `percent` (0 to 99) beside `baseline` pods: the nearest number, and at
// least one for any share above none.
int CanaryPods(int percent, int baseline);

// The canary's true share in whole percent; 0 when there are no pods at all.
int PodPercent(int canary, int baseline);

// What becomes of `percent` beside `baseline` pods, such as "5 % is 1 of 4 pods, 25 %"; empty when
// it is as it says.
std::string RoundingNote(int percent, int baseline);

// The same for every step of which there is something to say.
std::string RoundingNote(const std::vector<core::Step>& steps, int baseline);

}  // namespace slogate::adapters::traffic
