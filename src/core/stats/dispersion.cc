#include "slogate/core/dispersion.h"

#include <algorithm>

#include "core/stats/dispersion_windows.h"

namespace slogate::core {
namespace {

using stats::WindowDispersion;
using stats::Windows;
using stats::WithGaps;

// Every window against the one after it: at equal rates each term is 1 in expectation, given m.
// Windows begin at every block, not only at every window's end, which lowers the noise of
// the long ones; kappa is a largest of several, so noise alone would slow detection down.
WindowDispersion Measure(const std::vector<Counts>& blocks, std::size_t window_blocks) {
  WindowDispersion spread;
  if (window_blocks == 0 || window_blocks > blocks.size() / 2) return spread;
  const std::vector<Counts> windows = Windows(blocks, window_blocks);
  for (std::size_t i = 0; i + window_blocks < windows.size(); ++i) {
    const Counts& first = windows[i];
    const Counts& second = windows[i + window_blocks];
    const double m = first.bad + second.bad;
    if (!(first.total > 0 && second.total > 0)) continue;
    if (!(m > 0)) {
      ++spread.quiet;
      continue;
    }
    const double rho = first.total / (first.total + second.total);
    if (!(rho > 0 && rho < 1)) continue;
    const double excess = first.bad - rho * m;
    spread.sum += excess * excess / m / (rho * (1 - rho));
    ++spread.pairs;
  }
  return spread;
}

}  // namespace

double AdjacentWindowDispersion(const std::vector<Counts>& blocks, std::size_t window_blocks) {
  return Measure(WithGaps(blocks), window_blocks).DispersionOr(1);
}

Dispersion MeasureDispersion(const std::vector<Counts>& blocks, Duration block_length) {
  const std::vector<Counts> history = WithGaps(blocks);
  return stats::DispersionFrom([&](std::size_t window) { return Measure(history, window); },
                               history.size(), block_length);
}

double Slowdown(const Dispersion& dispersion) {
  return std::max({1.0, dispersion.kappa * dispersion.phi_block, dispersion.phi_max});
}

Dispersion Capped(const Dispersion& dispersion) {
  Dispersion capped = dispersion;
  capped.phi_max = std::min(dispersion.phi_max, kMaxSlowdown);
  capped.phi_block = std::min(dispersion.phi_block, capped.phi_max);
  capped.kappa = std::min(dispersion.kappa, std::max(1.0, kMaxSlowdown / capped.phi_block));
  capped.capped = dispersion.capped || !(capped == dispersion);
  return capped;
}

}  // namespace slogate::core
