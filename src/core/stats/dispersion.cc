#include "slogate/core/dispersion.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

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

// From the scatter at each window length, in blocks.
template <typename ScatterAt>
Dispersion FromScatter(const ScatterAt& scatter_at, Duration block_length) {
  const Dispersion unmeasured;
  const Scatter at_block = scatter_at(1);
  if (at_block.pairs < kLeastHistoryPairs) return unmeasured;

  Dispersion dispersion;
  dispersion.measured = true;
  dispersion.phi_block = at_block.Dispersion();
  dispersion.phi_max = 1;
  for (const int minutes : {1, 2, 4}) {
    const std::size_t window = BlocksIn(std::chrono::minutes(minutes), block_length);
    dispersion.phi_max =
        std::max(dispersion.phi_max, MeasuredOr(unmeasured.phi_max, scatter_at(window)));
  }
  double growth = 0;
  for (const std::size_t window : {2U, 4U, 8U, 16U}) {
    const Scatter scatter = scatter_at(window);
    growth = std::max(growth, scatter.pairs > 0
                                  ? kKappaAllowance * scatter.Dispersion() / dispersion.phi_block
                                  : unmeasured.kappa);
  }
  dispersion.kappa = std::max(1.0, growth);
  return dispersion;
}

constexpr int kLeastPods = 4;
constexpr int kSplits = 2;  // of every window

// One pod's windows, and its rate as a multiple of the arm's.
struct PodWindows {
  std::vector<Counts> windows;
  double rate = 1;
};

Counts Total(const std::vector<Counts>& blocks) {
  Counts sum;
  for (const Counts& block : blocks) {
    sum.total += block.total;
    sum.bad += block.bad;
  }
  return sum;
}

struct PodRate {
  double log_rate = 0;
  double noise = 0;  // variance of log_rate
};

// Pods that have events; half an event more than was seen keeps the logarithm of none finite.
std::vector<PodRate> RatesOf(const std::vector<PodHistory>& pods, double phi) {
  std::vector<PodRate> rates;
  for (const PodHistory& pod : pods) {
    const Counts sum = Total(WithGaps(pod.blocks));
    if (!(sum.total > 0)) continue;
    const double bad = sum.bad + 0.5;
    rates.push_back({std::log(bad / (sum.total + 0.5)), std::max(1.0, phi) / bad});
  }
  return rates;
}

double MeanRate(const std::vector<PodRate>& rates) {
  double sum = 0;
  double weights = 0;
  for (const PodRate& rate : rates) {
    sum += rate.log_rate / rate.noise;
    weights += 1 / rate.noise;
  }
  return sum / weights;
}

// splitmix64 (Steele, Lea and Flood 2014): a number that looks random made of a plain one.
std::uint64_t Scramble(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

// Puts `count` of `pods` first, chosen by `seed` (Fisher and Yates).
void Choose(std::vector<std::size_t>& pods, std::size_t count, std::uint64_t seed) {
  for (std::size_t i = 0; i < count; ++i) {
    seed = Scramble(seed);
    std::swap(pods[i], pods[i + seed % (pods.size() - i)]);
  }
}

void AddSplit(const std::vector<PodWindows>& pods, const std::vector<std::size_t>& order,
              std::size_t chosen, std::size_t window, Scatter& scatter) {
  double x = 0;
  double m = 0;
  double expected = 0;
  double expected_all = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const PodWindows& pod = pods[order[i]];
    const Counts& counts = pod.windows[window];
    m += counts.bad;
    expected_all += counts.total * pod.rate;
    if (i >= chosen) continue;
    x += counts.bad;
    expected += counts.total * pod.rate;
  }
  if (!(m > 0 && expected > 0 && expected < expected_all)) return;
  const double rho = expected / expected_all;
  const double excess = x - rho * m;
  scatter.sum += excess * excess / m / (rho * (1 - rho));
  ++scatter.pairs;
}

Scatter MeasureSplits(const std::vector<std::vector<Counts>>& pods,
                      const std::vector<double>& rates, std::size_t chosen,
                      std::size_t window_blocks) {
  Scatter scatter;
  if (window_blocks > pods.front().size()) return scatter;
  std::vector<PodWindows> windows;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    windows.push_back({Windows(pods[i], window_blocks), rates[i]});
    order.push_back(i);
  }
  for (std::size_t window = 0; window < windows.front().windows.size(); ++window) {
    for (std::size_t split = 0; split < kSplits; ++split) {
      Choose(order, chosen, window * kSplits + split);
      AddSplit(windows, order, chosen, window, scatter);
    }
  }
  return scatter;
}

}  // namespace

double AdjacentWindowDispersion(const std::vector<Counts>& blocks, std::size_t window_blocks) {
  return MeasuredOr(1, Measure(WithGaps(blocks), window_blocks));
}

Dispersion MeasureDispersion(const std::vector<Counts>& blocks, Duration block_length) {
  const std::vector<Counts> history = WithGaps(blocks);
  return FromScatter([&](std::size_t window) { return Measure(history, window); }, block_length);
}

Dispersion MeasureDispersion(const ObjectiveHistory& history, int canary_pods,
                             Duration block_length) {
  const Dispersion whole = MeasureDispersion(history.blocks, block_length);
  std::vector<std::vector<Counts>> pods;
  std::vector<PodHistory> counted;
  for (const PodHistory& pod : history.pods) {
    if (pod.blocks.size() != history.blocks.size() || !(Total(WithGaps(pod.blocks)).total > 0)) {
      continue;
    }
    pods.push_back(WithGaps(pod.blocks));
    counted.push_back(pod);
  }
  if (pods.size() < kLeastPods || !whole.measured) return whole;
  const double spread = PodSpread(counted, whole.phi_max);
  const std::vector<PodRate> rates = RatesOf(counted, whole.phi_max);
  const double mean = MeanRate(rates);
  std::vector<double> multiples;
  for (const PodRate& rate : rates) {
    // Towards the mean by as much as noise may have moved it (empirical Bayes).
    const double kept = spread > 0 ? spread * spread / (spread * spread + rate.noise) : 0;
    multiples.push_back(std::exp(kept * (rate.log_rate - mean)));
  }
  const auto chosen =
      static_cast<std::size_t>(std::clamp<int>(canary_pods, 1, static_cast<int>(pods.size() / 2)));
  return FromScatter(
      [&](std::size_t window) { return MeasureSplits(pods, multiples, chosen, window); },
      block_length);
}

double PodSpread(const std::vector<PodHistory>& pods, double phi) {
  const std::vector<PodRate> rates = RatesOf(pods, phi);
  if (rates.size() < 3) return 0;
  const double mean = MeanRate(rates);
  double weights = 0;
  double squared_weights = 0;
  double scatter = 0;
  for (const PodRate& rate : rates) {
    const double weight = 1 / rate.noise;
    weights += weight;
    squared_weights += weight * weight;
    scatter += weight * (rate.log_rate - mean) * (rate.log_rate - mean);
  }
  const double excess = scatter - static_cast<double>(rates.size() - 1);
  return std::sqrt(std::max(0.0, excess / (weights - squared_weights / weights)));
}

PodMargin MarginOfPods(double spread, int canary_pods, int baseline_pods) {
  if (!(spread > 0) || canary_pods < 1 || baseline_pods < 2) return {};
  const double error = spread * std::sqrt(1.0 / canary_pods + 1.0 / baseline_pods);
  return {.worse = std::exp(StudentQuantile(baseline_pods - 1) * error),
          .no_worse = std::exp(1.645 * error)};
}

double StudentQuantile(int degrees) {
  // In closed form for one and two degrees.
  if (degrees <= 1) return 15.8945448;
  if (degrees == 2) return 4.8487322;
  // Expansion in 1/degrees about the normal quantile (Abramowitz and Stegun 26.7.5).
  constexpr double x = 2.05374891;
  constexpr double x2 = x * x;
  const double v = degrees;
  const double g1 = x * (x2 + 1) / 4;
  const double g2 = x * ((5 * x2 + 16) * x2 + 3) / 96;
  const double g3 = x * (((3 * x2 + 19) * x2 + 17) * x2 - 15) / 384;
  const double g4 = x * ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945) / 92160;
  return x + g1 / v + g2 / (v * v) + g3 / (v * v * v) + g4 / (v * v * v * v);
}

}  // namespace slogate::core
