#include "core/stats/dispersion_windows.h"

#include <chrono>
#include <cmath>

#include "core/stats/increments.h"
#include "slogate/core/dispersion.h"

namespace slogate::core::stats {
namespace {

constexpr double kKappaAllowance = 1.25;

std::size_t BlocksIn(Duration window, Duration block_length) {
  if (block_length <= Duration::zero()) return 1;
  const auto blocks = (window + block_length / 2) / block_length;
  return static_cast<std::size_t>(std::max<Duration::rep>(1, blocks));
}

// Standard error of a mean of squares of normal variables, of which as many are independent as
// windows fit side by side. kappa is a largest of several such means: without taking it off, noise
// alone would slow every rollout down.
double RelativeError(const WindowDispersion& spread, std::size_t window) {
  if (spread.pairs == 0) return 0;
  return std::min(0.5,
                  std::sqrt(2.0 * static_cast<double>(window) / static_cast<double>(spread.pairs)));
}

}  // namespace

std::vector<Counts> WithGaps(std::vector<Counts> blocks) {
  for (Counts& block : blocks) {
    if (!stats::IsCount(block)) block = Counts{};
  }
  return blocks;
}

std::vector<Counts> Windows(const std::vector<Counts>& blocks, std::size_t window_blocks) {
  if (window_blocks == 0 || window_blocks > blocks.size()) return {};
  std::vector<Counts> windows(blocks.size() + 1 - window_blocks);
  // Added up again each time: a running sum would leave traces of large blocks in small ones.
  for (std::size_t first = 0; first < windows.size(); ++first) {
    Counts sum;
    for (std::size_t i = first; i < first + window_blocks; ++i) {
      sum.total += blocks[i].total;
      sum.bad += blocks[i].bad;
    }
    windows[first] = sum;
  }
  return windows;
}

Dispersion DispersionFrom(const std::function<WindowDispersion(std::size_t)>& spread_at,
                          Duration block_length) {
  const Dispersion unmeasured;
  const WindowDispersion at_block = spread_at(1);
  if (at_block.pairs < kMinHistoryPairs) return unmeasured;

  Dispersion dispersion;
  dispersion.measured = true;
  dispersion.phi_block = at_block.DispersionOr(unmeasured.phi_block);
  dispersion.phi_max = 1;
  for (const int minutes : {1, 2, 4}) {
    const std::size_t window = BlocksIn(std::chrono::minutes(minutes), block_length);
    dispersion.phi_max =
        std::max(dispersion.phi_max, spread_at(window).DispersionOr(unmeasured.phi_max));
  }
  double growth = 0;
  for (const std::size_t window : {2U, 4U, 8U, 16U}) {
    const WindowDispersion spread = spread_at(window);
    const double surely = spread.DispersionOr(1) * (1 - RelativeError(spread, window));
    growth = std::max(growth, spread.pairs > 0 ? kKappaAllowance * surely / dispersion.phi_block
                                               : unmeasured.kappa);
  }
  dispersion.kappa = std::max(1.0, growth);
  return dispersion;
}

}  // namespace slogate::core::stats
