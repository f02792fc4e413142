// The alternatives that the e-processes bet on, as ratios to the null
// (docs/concepts/comparator.md).
#pragma once

#include <array>
#include <cstddef>

#include "slogate/core/comparator.h"

namespace slogate::core::stats {

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

}  // namespace slogate::core::stats
