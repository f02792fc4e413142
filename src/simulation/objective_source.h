// Turns one block's requests into one objective's counts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "simulation/random.h"
#include "simulation/scenario.h"
#include "slogate/core/observations.h"

namespace slogate::simulation {

// Bad events that do not come alone: bursts, and clients that retry.

// Events of both tracks, canary first.
using PerTrack = std::array<double, 2>;

// Bad events that begin in one block and may fall into later ones. One thread at a time.
class BurstModel {
 public:
  BurstModel(const Traffic& traffic, core::Duration block_length);

  // Whether the usual bad events come in bursts; if not they are the caller's to draw.
  bool Bursty() const { return bursts_.mean > 1; }

  // Bad events of the next block, in which each track is to have `bad_expected` of the usual ones
  // and `share` of the exposure: bursts, if there are any, and loops.
  PerTrack Next(Random& random, const PerTrack& bad_expected, const PerTrack& share);

 private:
  void Spread(Random& random, std::size_t track, std::int64_t events, core::Duration spread);

  Bursts bursts_;
  std::optional<Loops> loops_;
  double block_ms_;
  std::size_t now_ = 0;
  std::array<std::vector<double>, 2> coming_;  // rings: events of this block and of later ones
};

// The laws that move bad rates: drift, incidents, noise and pods that differ for good.

// One run's rates, as multiples of an objective's own. Values; keeps a reference to the traffic.
class Rates {
 public:
  // Draws what holds for the whole run.
  Rates(const Traffic& traffic, Random& random);

  // What both tracks share at this time; drift and incident.
  double Shared(core::Duration at) const;
  // One block's noise, where it does not depend on counts.
  PerTrack NoiseOfBlock(Random& random) const;
  // Each baseline pod's factor; at least one.
  const std::vector<double>& BaselinePods() const { return baseline_pods_; }
  // The mean of each track's pods.
  const PerTrack& PodMeans() const { return pod_means_; }

 private:
  const Traffic& traffic_;
  double phase_;
  std::vector<double> baseline_pods_;
  PerTrack pod_means_{1, 1};
};

// What one block is to hold, canary first.
struct Demand {
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
