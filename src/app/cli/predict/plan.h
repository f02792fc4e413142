// A plan: the rates to plan with, what to expect of a policy at them, and what would help.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/power.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"
#include "slogate/ports/result.h"

namespace slogate::app {

// Rates as written on the command line; empty or absent: to be read from Prometheus.
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

// Rollouts drawn at random and judged by the comparator.

// A canary's bad rate as a multiple of the baseline's. The first is the good canary.
inline constexpr std::array<double, 6> kPlannedFactors = {1, 1.25, 1.5, 2, 3, 5};

// One objective's events, of both tracks together.
struct PlannedRates {
  double events_per_second = 0;
  double bad_rate = 0;  // of the baseline; for scores the mean badness
  double phi = 1;       // how far counts dispersion beyond independence
};

struct PlanInput {
  core::FrozenParameters frozen;
  // From the weights' confirmation to the end of the first block, less that block, and to its being
  // read.
  core::Duration lag{0};
  std::vector<PlannedRates> rates;  // in the order of the objectives
};

// Of one canary in one step. A time is counted from the confirmed weights; absent: not within
// `StepOutlook::horizon`.
struct Outlook {
  double factor = 1;
  std::optional<core::Duration> median;  // good: until the step's gates open; else: until caught
  bool never = false;                    // it cannot be caught: it stays within the margins
  std::optional<core::Duration> most;    // the same for nine in ten
  double bad_served = 0;                 // by the canary until then, on average
  double let_on = 0;                // good: wrongly rolled back; else: gates open before caught
  std::optional<double> undecided;  // at the longest duration; absent: none, or beyond the horizon
};

struct StepOutlook {
  core::Duration horizon{0};                     // how far was looked
  std::vector<std::vector<Outlook>> objectives;  // each in the order of kPlannedFactors
};

// A fault begins with the step; the steps before it saw a good canary, whose evidence is carried
// over. The weight stays until the fault is caught. Seeded: the same input gives the same answer.
// Pure; takes up to some seconds for steps of many hours.
std::vector<StepOutlook> Foresee(const PlanInput& input);

// What a block of a step is expected to hold at a weight of `weight_percent`.
core::ConstantTraffic TrafficOf(const PlanInput& input, std::size_t objective,
                                double weight_percent, double factor);

// ln of the e-value at which this objective alone rolls back.
double LogRollbackThreshold(const core::FrozenParameters& frozen, std::size_t objective);

// What of a plan deserves a word, and what would help, with the number that would do it.
struct PlanAdvice {
  std::vector<std::string> warnings;  // a step that seldom ends by itself
  std::vector<std::string> notes;     // what else to know
};

// Pure. Numbers that would help are found with the formulas of core/power.h, scaled to what the
// drawn rollouts showed.
PlanAdvice Report(const PlanInput& input, const std::vector<StepOutlook>& outlooks);

}  // namespace slogate::app
