// The rates to plan with: as given, or as the baseline had them.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/ports/result.h"

namespace slogate::app {

// As written on the command line; empty or absent: to be read from Prometheus.
struct RateFlags {
  std::string events_per_second;
  std::string bad_rate;
  std::vector<std::string> of_objectives;  // NAME=RATE
};

// Of one objective; 0: not given.
struct GivenRates {
  double events_per_second = 0;
  double bad_rate = 0;
};

// In the order of the policy's objectives. kInvalidArgument names the flag and the fix.
ports::Result<std::vector<GivenRates>> ReadRateFlags(const core::Policy& policy,
                                                     const RateFlags& flags);

// True when every objective has both.
bool Complete(const std::vector<GivenRates>& rates);

// Rates of one objective's history; 0 events when it has none. Bad events that never happened are
// taken to be one.
GivenRates RatesOf(const core::ObjectiveHistory& history, core::Duration block_length);

}  // namespace slogate::app
