#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/stats/dispersion_windows.h"
#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

using stats::WindowDispersion;
using stats::Windows;
using stats::WithGaps;

constexpr int kMinPodsMeasured = 2;
constexpr int kSplits = 2;  // of every window
// A wider margin would let anything pass; where pods differ even more, the A/A test tells.
constexpr double kWidest = 4;

// One pod's windows, and its rate as a multiple of the track's.
struct PodWindows {
  std::vector<Counts> windows;
  double rate = 1;
};

Counts Total(const std::vector<Counts>& blocks) {
  Counts sum;
  for (const Counts& block : blocks) sum += block;
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

// Without the blocks in which one of them has no events.
std::vector<PodHistory> Together(std::vector<PodHistory> pods) {
  std::size_t blocks = 0;
  for (const PodHistory& pod : pods) blocks = std::max(blocks, pod.blocks.size());
  for (std::size_t i = 0; i < blocks; ++i) {
    const bool all = std::ranges::all_of(pods, [i](const PodHistory& pod) {
      return i < pod.blocks.size() && pod.blocks[i].total > 0;
    });
    if (all) continue;
    for (PodHistory& pod : pods) {
      if (i < pod.blocks.size()) pod.blocks[i] = Counts{};
    }
  }
  return pods;
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

// splitmix64 (Steele, Lea and Flood 2014): a number that checks random made of a plain one.
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
              std::size_t chosen, std::size_t window, WindowDispersion& spread) {
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
  if (!(expected > 0 && expected < expected_all)) return;
  if (!(m > 0)) {
    ++spread.quiet;
    return;
  }
  const double rho = expected / expected_all;
  if (!(rho > 0 && rho < 1)) return;
  const double excess = x - rho * m;
  spread.sum += excess * excess / m / (rho * (1 - rho));
  ++spread.pairs;
}

WindowDispersion MeasureSplits(const std::vector<std::vector<Counts>>& pods,
                               const std::vector<double>& rates, std::size_t chosen,
                               std::size_t window_blocks) {
  WindowDispersion spread;
  if (window_blocks > pods.front().size()) return spread;
  std::vector<PodWindows> windows;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    windows.push_back({Windows(pods[i], window_blocks), rates[i]});
    order.push_back(i);
  }
  for (std::size_t window = 0; window < windows.front().windows.size(); ++window) {
    for (std::size_t split = 0; split < kSplits; ++split) {
      Choose(order, chosen, window * kSplits + split);
      AddSplit(windows, order, chosen, window, spread);
    }
  }
  // Splits of one window share its noise, and so count as one.
  return {spread.sum / kSplits, spread.pairs / kSplits, spread.quiet / kSplits};
}

}  // namespace

Dispersion MeasureDispersion(const ObjectiveHistory& history, int canary_pods,
                             Duration block_length) {
  const bool by_scrape = !history.scrapes.empty();
  const std::vector<Counts>& all = by_scrape ? history.scrapes : history.blocks;
  if (by_scrape) {
    const std::size_t scrapes =
        history.scrapes.size() / std::max<std::size_t>(1, history.blocks.size());
    block_length /= static_cast<Duration::rep>(std::max<std::size_t>(1, scrapes));
  }
  const Dispersion whole = MeasureDispersion(all, block_length);
  std::vector<std::vector<Counts>> pods;
  std::vector<PodHistory> counted;
  for (const PodHistory& pod : history.pods) {
    std::vector<Counts> blocks = WithGaps(by_scrape ? pod.scrapes : pod.blocks);
    if (blocks.size() != all.size() || !(Total(blocks).total > 0)) continue;
    pods.push_back(std::move(blocks));
    counted.push_back(pod);
  }
  if (pods.size() < kMinPodsMeasured || !whole.measured) return whole;
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
  const Dispersion between_pods = stats::DispersionFrom(
      [&](std::size_t window) { return MeasureSplits(pods, multiples, chosen, window); },
      all.size(), block_length);
  // Pods that came one after the other have no window in common.
  return between_pods.measured ? between_pods : whole;
}

double PodSpread(const std::vector<PodHistory>& pods, double phi) {
  const std::vector<PodRate> rates = RatesOf(pods.size() == 2 ? Together(pods) : pods, phi);
  if (rates.size() < 2) return 0;
  const double mean = MeanRate(rates);
  double weights = 0;
  double squared_weights = 0;
  double spread = 0;
  for (const PodRate& rate : rates) {
    const double weight = 1 / rate.noise;
    weights += weight;
    squared_weights += weight * weight;
    spread += weight * (rate.log_rate - mean) * (rate.log_rate - mean);
  }
  const double excess = spread - static_cast<double>(rates.size() - 1);
  return std::sqrt(std::max(0.0, excess / (weights - squared_weights / weights)));
}

PodMargin MarginOfPods(double spread, int canary_pods, int baseline_pods) {
  if (!(spread > 0) || canary_pods < 1 || baseline_pods < 2) return {};
  const double error = spread * std::sqrt(1.0 / canary_pods + 1.0 / baseline_pods);
  return {.worse = std::min(kWidest, std::exp(StudentQuantile(baseline_pods - 1) * error)),
          .no_worse = std::min(kWidest, std::exp(1.645 * error))};
}

double StudentQuantile(int degrees) {
  // In closed form for one and two degrees.
  if (degrees <= 1) return 10.5788950;
  if (degrees == 2) return 3.8964251;
  // Expansion in 1/degrees about the normal quantile (Abramowitz and Stegun 26.7.5).
  constexpr double x = 1.88079361;
  constexpr double x2 = x * x;
  const double v = degrees;
  const double g1 = x * (x2 + 1) / 4;
  const double g2 = x * ((5 * x2 + 16) * x2 + 3) / 96;
  const double g3 = x * (((3 * x2 + 19) * x2 + 17) * x2 - 15) / 384;
  const double g4 = x * ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945) / 92160;
  return x + g1 / v + g2 / (v * v) + g3 / (v * v * v) + g4 / (v * v * v * v);
}

}  // namespace slogate::core
