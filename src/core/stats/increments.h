// What one block adds to the log-capital of each alternative. Every increment has
// E[exp(increment)] <= 1 under its null, given the past; phi and kappa below 1 count as 1. All are
// total: finite for any counts, and 0 where the counts are not usable (see IsCount).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "slogate/core/comparator.h"
#include "slogate/core/counts.h"

namespace slogate::core::stats {

// The one recursion behind every e-process: capital spread over alternatives, some of it started
// in each block. Plain numbers, cut off far beyond any threshold: as logarithms they would cost
// twice the time.

// Capital above this is cut, which only weakens the evidence.
inline constexpr double kMaxCapital = 1e300;
// Of one block; keeps a factor finite, so that no capital times it stays none.
inline constexpr double kMaxIncrement = 700;

// Starts `start_weight`, shared equally by the alternatives, and lets the block's bets play out.
template <std::size_t Size>
void Grow(std::array<double, Size>& capital, double start_weight,
          const std::array<double, Size>& log_increments) {
  const double share = start_weight / static_cast<double>(Size);
  for (std::size_t j = 0; j < Size; ++j) {
    const double factor = std::exp(std::min(kMaxIncrement, log_increments[j]));
    capital[j] = std::min(kMaxCapital, (capital[j] + share) * factor);
  }
}

template <std::size_t Size>
double Sum(const std::array<double, Size>& capital) {
  double sum = 0;
  for (const double value : capital) sum += value;
  return sum;
}

// The e-value: what the alternatives hold and what has not been started yet.
template <std::size_t Size>
double Capital(const std::array<double, Size>& capital, double started_weight) {
  return Sum(capital) + std::max(0.0, 1 - started_weight);
}

// Capital that is all started at once, shared equally: a mixture without start weights.
template <std::size_t Size>
std::array<double, Size> StartedAtOnce() {
  std::array<double, Size> capital;
  capital.fill(1.0 / static_cast<double>(Size));
  return capital;
}

// The alternatives that the e-processes bet on, as ratios to the null
// (docs/concepts/comparator.md).

template <std::size_t Size>
struct Grid {
  std::array<double, Size> log_ratio;  // ln(alternative / null)
  std::array<double, Size> ratio;
};

using RollbackGrid = Grid<kRollbackGrid>;
using PromotionGrid = Grid<kPromotionGrid>;

// R/tolerance: 1.25 .. 6, evenly spaced in the logarithm.
const RollbackGrid& RollbackAlternatives();
// For cohorts, in which only large faults can be shown in time: 1.75 .. 7.
const RollbackGrid& CohortAlternatives();
// For scores, whose bad events come in fractions and so vary less: 1.05 .. 3.
const RollbackGrid& ScoreAlternatives();
// For a shift of the latency histogram: 1.05 .. 10.
const RollbackGrid& ShiftAlternatives();
// R/promotionMargin: 1/1.05 .. 1/10, the same.
const PromotionGrid& PromotionRatios();
// th/tau: .02 .. .95, the same.
const PromotionGrid& PromotionShares();

using RollbackIncrements = std::array<double, kRollbackGrid>;
using ScoreIncrements = std::array<double, kScoreGrid>;
using PromotionIncrements = std::array<double, kPromotionGrid>;

// Whether a track's numbers can be event counts: total 0 or in 1e-6 .. 1e15, 0 <= bad <= total.
// Everything else, NaN included, is treated as a track without events.
bool IsCount(const Counts& counts);

// Likelihood ratios of one block against p_c <= r0 p_b + delta. What two of them with other delta
// and phi share is worked out once.
class WorseRatios {
 public:
  // Where the events of a block have more in common than their dispersion says, few bad ones may be
  // the baseline's good luck, which would make a bet against it cheap. A bet costs at least what it
  // costs with `expected_bad` bad events of both tracks.
  WorseRatios(const PairedCounts& block, double r0, const RollbackGrid& grid,
              double expected_bad = 0);

  // Tempered by phi. With delta > 0 a block without bad events counts against the alternatives: it
  // was expected to have some.
  RollbackIncrements Tempered(double delta, double phi) const;

 private:
  double canary_total_ = 0;
  RollbackIncrements log_ratio_{};
  RollbackIncrements surplus_{};  // e^a - 1, a = ln(R/r0) - ln((R w + 1) / (r0 w + 1))
};

// In kappa, for dependence that the history did not show.
inline constexpr double kKappaAllowance = 1.1;

// Whether the bad rate differs from the one before by more than 4 standard deviations of counts
// with this dispersion. False where either has no events.
bool RateJumps(const Counts& before, const Counts& now, double phi);

// Share betting against p_c <= r0 p_b for events that come in bursts.
RollbackIncrements ShareIncrements(const PairedCounts& block, double r0, double phi_block,
                                   double kappa, const RollbackGrid& grid = RollbackAlternatives());

// Likelihood ratio against "no larger a share of the canary's events is slow", tempered by phi, for
// events of which many may be slow: the tightest of four bounds on the ratio's expectation
// (docs/concepts/comparator.md).
RollbackIncrements SlowerIncrements(const PairedCounts& block, double phi);

// The smallest of the four bounds, as a logarithm, for alternative `psi`.
double SlowerBound(const PairedCounts& block, double psi);

// Two-sample empirical Bernstein bet on means of scores, from sums and sums of squares: the canary
// is worse by more than delta. `expected_bad` is the mean badness of earlier blocks. Where the
// squares cannot be squares nothing is added.
ScoreIncrements MeanIncrements(const PairedCounts& block, double delta, double expected_bad);

// Likelihood ratio against p_c >= r1 p_b, tempered by phi; `expected_bad` as in WorseRatios.
PromotionIncrements NotWorseIncrements(const PairedCounts& block, double r1, double phi,
                                       double expected_bad = 0);

// Likelihood ratio of the canary alone against p_c <= limit, tempered by phi; alternatives are
// multiples of the limit, at most half of the way from it to 1. A limit <= 0 or >= 1 adds nothing.
RollbackIncrements BeyondIncrements(const Counts& canary, double limit, double phi,
                                    const RollbackGrid& grid = RollbackAlternatives());

// Likelihood ratio of the canary alone against p_c >= tau, tempered by phi. tau <= 0 adds nothing.
PromotionIncrements WithinIncrements(const Counts& canary, double tau, double phi);

}  // namespace slogate::core::stats
