// What one block adds to the log-capital of each alternative. Every increment has
// E[exp(increment)] <= 1 under its null, given the past; phi and kappa below 1 count as 1. All are
// total: finite for any counts, and 0 where the counts are not usable (see IsCount).
#pragma once

#include <array>

#include "core/stats/grid.h"
#include "slogate/core/comparator.h"
#include "slogate/core/counts.h"

namespace slogate::core::stats {

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
  WorseRatios(const PairedCounts& block, double r0, const RollbackGrid& grid);

  // Tempered by phi. With delta > 0 a block without bad events counts against the alternatives: it
  // was expected to have some.
  RollbackIncrements Tempered(double delta, double phi) const;

 private:
  double canary_total_ = 0;
  RollbackIncrements log_ratio_{};
  RollbackIncrements surplus_{};  // e^a - 1, a = ln(R/r0) - ln((R w + 1) / (r0 w + 1))
};

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

// Likelihood ratio against p_c >= r1 p_b, tempered by phi.
PromotionIncrements NotWorseIncrements(const PairedCounts& block, double r1, double phi);

// Likelihood ratio of the canary alone against p_c >= tau, tempered by phi. tau <= 0 adds nothing.
PromotionIncrements WithinIncrements(const Counts& canary, double tau, double phi);

}  // namespace slogate::core::stats
