// What one block adds to the log-capital of each alternative. Every increment has
// E[exp(increment)] <= 1 under its null, given the past; phi and kappa below 1 count as 1. All are
// total: finite for any counts, and 0 where the counts are not usable (see IsCount).
#pragma once

#include <array>

#include "slogate/core/comparator.h"
#include "slogate/core/counts.h"

namespace slogate::core::stats {

using RollbackIncrements = std::array<double, kRollbackGrid>;
using PromotionIncrements = std::array<double, kPromotionGrid>;

// Whether an arm's numbers can be event counts: total 0 or in 1e-6 .. 1e15, 0 <= bad <= total.
// Everything else, NaN included, is treated as an arm without events.
bool IsCount(const Counts& counts);

// Likelihood ratio against p_c <= r0 p_b + delta, tempered by phi. With delta > 0 a block without
// bad events counts against the alternatives: it was expected to have some.
RollbackIncrements WorseIncrements(const PairedCounts& block, double r0, double delta, double phi);

// Share betting against p_c <= r0 p_b for events that come in bursts.
RollbackIncrements ShareIncrements(const PairedCounts& block, double r0, double phi_block,
                                   double kappa);

// Likelihood ratio against p_c >= r1 p_b, tempered by phi.
PromotionIncrements NotWorseIncrements(const PairedCounts& block, double r1, double phi);

// Likelihood ratio of the canary alone against p_c >= tau, tempered by phi. tau <= 0 adds nothing.
PromotionIncrements WithinIncrements(const Counts& canary, double tau, double phi);

}  // namespace slogate::core::stats
