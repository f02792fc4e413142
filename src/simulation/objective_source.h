// Turns one slice's requests into one objective's counts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "simulation/laws.h"
#include "simulation/random.h"
#include "simulation/scenario.h"
#include "slogate/core/observations.h"

namespace slogate::simulation {

// What one slice of time is to hold, canary first.
struct Demand {
  core::Duration at{0};                    // the slice's begin
  PerTrack share{};                        // of the requests
  PerTrack expected{};                     // requests
  std::array<std::int64_t, 2> requests{};  // as they came
  PerTrack factor{1, 1};                   // on bad rates, but for the fault
  bool fault = false;
};

// One run's objective. One thread at a time.
class ObjectiveSource {
 public:
  virtual ~ObjectiveSource() = default;
  // Sets counts, and cohorts where there are any.
  virtual void Draw(Random& random, const Demand& demand, core::ObjectiveBlock& block) = 0;
};

// Keeps references to its arguments.
std::unique_ptr<ObjectiveSource> SourceOf(const Scenario& scenario,
                                          const ObjectiveScenario& objective);

// Share of the requests of each cohort, descending; sums to 1.
std::vector<double> CohortShares(const CohortMix& mix);
inline constexpr char kCohortLabel[] = "cohort";
std::string CohortName(std::size_t index);
// The cohort that has the fault; absent: all have.
std::optional<std::size_t> FaultyCohort(const CohortMix& mix, const Fault& fault);
// Whether the fault is in this objective.
bool IsFaulty(const Fault& fault, const ObjectiveScenario& objective);

// Scores of events, counted by their sums.

inline constexpr std::size_t kScoreLevels = 11;  // 0, .1 ... 1

// Chance of each level: beta-binomial with exactly this mean and, as far as such scores can have
// it, this standard deviation.
std::array<double, kScoreLevels> ScoreChances(double mean, double sd);

// `objective` has scores. Keeps no references.
std::unique_ptr<ObjectiveSource> ScoreSourceOf(const Scenario& scenario,
                                               const ObjectiveScenario& objective);

}  // namespace slogate::simulation
