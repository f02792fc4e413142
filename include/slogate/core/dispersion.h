// How bursty is the baseline? Estimated once, from its own history, before a rollout.
#pragma once

#include <cstddef>
#include <vector>

#include "slogate/core/comparator.h"
#include "slogate/core/counts.h"
#include "slogate/core/time.h"

namespace slogate::core {

// Overdispersion of adjacent windows of `window_blocks` blocks against each other, begun at every
// block: max(1, mean of (x - rho m)^2 / (m rho (1 - rho))), with x of m bad events in the first
// window of a pair and rho its share of the events. Pairs without bad events or without events in
// either window are left out; 1 when none is left.
double AdjacentWindowDispersion(const std::vector<Counts>& blocks, std::size_t window_blocks);

// Dispersion of the baseline's consecutive blocks, oldest first (docs/concepts/comparator.md).
// Fewer than `kLeastHistoryPairs` usable pairs at block length: unmeasured defaults (phi = kappa =
// 2). A longer window without a usable pair counts as its default, since nothing is known about it.
inline constexpr std::size_t kLeastHistoryPairs = 16;
Dispersion MeasureDispersion(const std::vector<Counts>& blocks, Duration block_length);

}  // namespace slogate::core
