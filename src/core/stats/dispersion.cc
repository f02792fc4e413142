#include "slogate/core/dispersion.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>

#include "core/stats/increments.h"

namespace slogate::core {
namespace {

constexpr double kKappaAllowance = 1.25;

struct Scatter {
  double sum = 0;
  std::size_t pairs = 0;

  double Dispersion() const { return std::max(1.0, sum / static_cast<double>(pairs)); }
};

// What cannot be counts is a gap.
std::vector<Counts> WithGaps(std::vector<Counts> blocks) {
  for (Counts& block : blocks) {
    if (!stats::IsCount(block)) block = Counts{};
  }
  return blocks;
}

// Sums of `window_blocks` blocks from every block on. Added up anew each time: a running sum would
// leave traces of large blocks behind in small ones.
std::vector<Counts> Windows(const std::vector<Counts>& blocks, std::size_t window_blocks) {
  std::vector<Counts> windows(blocks.size() + 1 - window_blocks);
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

// Every window against the one after it: at equal rates each term is 1 in expectation, given m.
// Windows begin at every block, not only at every window's end, which lowers the noise of
// the long ones; kappa is a largest of several, so noise alone would slow detection down.
Scatter Measure(const std::vector<Counts>& blocks, std::size_t window_blocks) {
  Scatter scatter;
  if (window_blocks == 0 || window_blocks > blocks.size() / 2) return scatter;
  const std::vector<Counts> windows = Windows(blocks, window_blocks);
  for (std::size_t i = 0; i + window_blocks < windows.size(); ++i) {
    const Counts& first = windows[i];
    const Counts& second = windows[i + window_blocks];
    const double m = first.bad + second.bad;
    if (!(first.total > 0 && second.total > 0 && m > 0)) continue;
    const double rho = first.total / (first.total + second.total);
    const double excess = first.bad - rho * m;
    scatter.sum += excess * excess / m / (rho * (1 - rho));
    ++scatter.pairs;
  }
  return scatter;
}

// Windows too long for this history tell nothing; they count as the cautious default.
double MeasuredOr(double fallback, const Scatter& scatter) {
  return scatter.pairs > 0 ? scatter.Dispersion() : fallback;
}

std::size_t BlocksIn(Duration window, Duration block_length) {
  if (block_length <= Duration::zero()) return 1;
  const auto blocks = (window + block_length / 2) / block_length;
  return static_cast<std::size_t>(std::max<Duration::rep>(1, blocks));
}

}  // namespace

double AdjacentWindowDispersion(const std::vector<Counts>& blocks, std::size_t window_blocks) {
  return MeasuredOr(1, Measure(WithGaps(blocks), window_blocks));
}

Dispersion MeasureDispersion(const std::vector<Counts>& blocks, Duration block_length) {
  const Dispersion unmeasured;
  const std::vector<Counts> history = WithGaps(blocks);
  const Scatter at_block = Measure(history, 1);
  if (at_block.pairs < kLeastHistoryPairs) return unmeasured;

  Dispersion dispersion;
  dispersion.measured = true;
  dispersion.phi_block = at_block.Dispersion();
  dispersion.phi_max = 1;
  for (const int minutes : {1, 2, 4}) {
    const std::size_t window = BlocksIn(std::chrono::minutes(minutes), block_length);
    dispersion.phi_max =
        std::max(dispersion.phi_max, MeasuredOr(unmeasured.phi_max, Measure(history, window)));
  }
  double growth = 0;
  for (const std::size_t window : {2U, 4U, 8U, 16U}) {
    const Scatter scatter = Measure(history, window);
    growth = std::max(growth, scatter.pairs > 0
                                  ? kKappaAllowance * scatter.Dispersion() / dispersion.phi_block
                                  : unmeasured.kappa);
  }
  dispersion.kappa = std::max(1.0, growth);
  return dispersion;
}

}  // namespace slogate::core
