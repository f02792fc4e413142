// What to expect of a policy at given rates: rollouts drawn at random and judged by the comparator.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "slogate/core/comparator.h"
#include "slogate/core/power.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"

namespace slogate::app {

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

}  // namespace slogate::app
