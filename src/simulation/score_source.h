// Scores of events, counted by their sums.
#pragma once

#include <array>
#include <memory>

#include "simulation/objective_source.h"

namespace slogate::simulation {

inline constexpr std::size_t kScoreLevels = 11;  // 0, .1 ... 1

// Chance of each level: beta-binomial with exactly this mean and, as far as such scores can have
// it, this standard deviation.
std::array<double, kScoreLevels> ScoreChances(double mean, double sd);

// `objective` has scores. Keeps no references.
std::unique_ptr<ObjectiveSource> ScoreSourceOf(const Scenario& scenario,
                                               const ObjectiveScenario& objective);

}  // namespace slogate::simulation
