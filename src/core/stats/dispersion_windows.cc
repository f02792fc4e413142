#include "core/stats/dispersion_windows.h"

#include <chrono>
#include <cmath>

#include "core/stats/increments.h"
#include "slogate/core/dispersion.h"

namespace slogate::core::stats {
namespace {

constexpr std::chrono::minutes kLongestWindow(32);
constexpr std::size_t kFewestWindows = 7;  // of one length beside each other
constexpr double kBeyondNoise = 1.5;

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

// How much more a window varies than one block, less the noise of measuring it where it could be
// noise.
double Surely(double ratio, double relative_error) {
  const double least = ratio * (1 - relative_error);
  return least > kBeyondNoise ? ratio : least;
}

// A baseline that never fails has no pair to measure, and is none the less known to be quiet.
WindowDispersion Filled(WindowDispersion spread) {
  if (spread.pairs >= kMinHistoryPairs) return spread;
  const std::size_t independent = std::min(spread.quiet, kMinHistoryPairs - spread.pairs);
  spread.sum += static_cast<double>(independent);
  spread.pairs += independent;
  return spread;
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
  // Of windows that double in length; a running sum would leave traces of large blocks in small
  // ones.
  std::vector<Counts> doubled = blocks;
  std::size_t added = 0;
  for (std::size_t length = 1; length <= window_blocks; length *= 2) {
    if ((window_blocks & length) != 0) {
      for (std::size_t i = 0; i < windows.size(); ++i) windows[i] += doubled[i + added];
      added += length;
    }
    for (std::size_t i = 0; i + length < doubled.size(); ++i) doubled[i] += doubled[i + length];
  }
  return windows;
}

Dispersion DispersionFrom(const std::function<WindowDispersion(std::size_t)>& spread_at,
                          std::size_t blocks, Duration block_length) {
  const Dispersion unmeasured;
  const auto measure = [&](std::size_t window) { return Filled(spread_at(window)); };
  const WindowDispersion at_block = measure(1);
  if (at_block.pairs < kMinHistoryPairs) return unmeasured;

  const std::size_t longest =
      std::min(blocks / kFewestWindows, BlocksIn(kLongestWindow, block_length));
  Dispersion dispersion;
  dispersion.measured = true;
  dispersion.phi_block = at_block.DispersionOr(unmeasured.phi_block);
  dispersion.phi_max = 1;
  for (const int minutes : {1, 2, 4, 8, 16, 32}) {
    const std::size_t window = BlocksIn(std::chrono::minutes(minutes), block_length);
    const bool is_long = minutes > 4;
    if (is_long && window > longest) break;
    const WindowDispersion spread = measure(window);
    double phi = spread.DispersionOr(unmeasured.phi_max);
    if (is_long) {
      phi =
          dispersion.phi_block * Surely(phi / dispersion.phi_block, RelativeError(spread, window));
    }
    dispersion.phi_max = std::max(dispersion.phi_max, phi);
  }
  double growth = 0;
  for (std::size_t window = 2; window <= std::max<std::size_t>(16, longest); window *= 2) {
    const WindowDispersion spread = measure(window);
    const double surely =
        Surely(spread.DispersionOr(1) / dispersion.phi_block, RelativeError(spread, window));
    growth = std::max(growth, spread.pairs > 0 ? kKappaAllowance * surely : unmeasured.kappa);
  }
  dispersion.kappa = std::max(1.0, growth);
  return dispersion;
}

}  // namespace slogate::core::stats
