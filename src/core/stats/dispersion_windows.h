// What both ways to measure dispersion share: windows, their dispersion, and what follows from it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "slogate/core/comparator.h"
#include "slogate/core/counts.h"
#include "slogate/core/time.h"

namespace slogate::core::stats {

// Sum over windows of (x - rho m)^2 / (m rho (1 - rho)).
struct WindowDispersion {
  double sum = 0;
  std::size_t pairs = 0;
  std::size_t quiet = 0;  // pairs with events and without bad ones; not among `pairs`

  // At least 1; `fallback` for no windows: too long for this history, they tell nothing.
  double DispersionOr(double fallback) const {
    return pairs > 0 ? std::max(1.0, sum / static_cast<double>(pairs)) : fallback;
  }
};

// The blocks with what cannot be counts left empty: a gap.
std::vector<Counts> WithGaps(std::vector<Counts> blocks);

// Sums of `window_blocks` blocks from every block on; none when there are fewer.
std::vector<Counts> Windows(const std::vector<Counts>& blocks, std::size_t window_blocks);

// phi_block, phi_max and kappa from the dispersion at each window length, given in blocks, of a
// history of `blocks`; unmeasured when the dispersion at one block rests on too few windows.
Dispersion DispersionFrom(const std::function<WindowDispersion(std::size_t)>& spread_at,
                          std::size_t blocks, Duration block_length);

}  // namespace slogate::core::stats
