#include "slogate/core/power.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace slogate::core {
namespace {

constexpr double kFewBursts = 25;  // up to here every outcome is summed over
constexpr double kMaxBlocks = 1e7;
constexpr double kMaxLogCapital = 600;  // far beyond any threshold

PairedCounts BlockOf(const ConstantTraffic& traffic, double canary_bad, double baseline_bad) {
  PairedCounts block;
  block.canary.total = traffic.canary_events;
  block.canary.bad = std::clamp(canary_bad, 0.0, traffic.canary_events);
  block.baseline.total = traffic.baseline_events;
  block.baseline.bad = std::clamp(baseline_bad, 0.0, traffic.baseline_events);
  return block;
}

PairedCounts MeanBlock(const ConstantTraffic& traffic) {
  return BlockOf(traffic, traffic.canary_events * traffic.canary_rate,
                 traffic.baseline_events * traffic.baseline_rate);
}

struct Increments {
  std::array<double, kRollbackGrid> share;
  std::array<double, kRollbackGrid> fast;
  std::array<double, kRollbackGrid> practical;
  std::array<double, kPromotionGrid> ratio;
  std::array<double, kPromotionGrid> absolute;
};

template <std::size_t Size>
std::array<double, Size> Logarithms(std::array<double, Size> values) {
  for (double& value : values) value = std::log(value);
  return values;
}

// The comparator's own: what one block makes of alternatives that hold a capital of 1.
Increments IncrementsOf(const ComparatorParameters& parameters, const PairedCounts& block) {
  EvidenceState state;
  state.share.fill(1);
  state.fast.fill(1);
  state.practical.fill(1);
  state.ratio.fill(1);
  state.absolute.fill(1);
  ComparatorParameters at_once = parameters;
  at_once.batches.longest = 0;
  Absorb(state, at_once, block, 0);
  return {Logarithms(state.share), Logarithms(state.fast), Logarithms(state.practical),
          Logarithms(state.ratio), Logarithms(state.absolute)};
}

// Probabilities of 0, 1, 2, ... events, as far as they matter.
std::vector<double> PoissonShares(double mean) {
  const auto last = static_cast<int>(mean + 7 * std::sqrt(mean) + 10);
  std::vector<double> shares;
  double share = std::exp(-mean);
  for (int events = 0; events <= last; ++events) {
    shares.push_back(share);
    share *= mean / (events + 1);
  }
  return shares;
}

using ShareGrowth = std::array<double, kRollbackGrid>;

void AddWeighted(ShareGrowth& sum, double weight, const ShareGrowth& growth) {
  for (std::size_t j = 0; j < kRollbackGrid; ++j) sum[j] += weight * growth[j];
}

// The bet's logarithm is curved, so the growth of the mean block is not the mean growth.
ShareGrowth SumOverOutcomes(const ComparatorParameters& parameters,
                            const ConstantTraffic& traffic) {
  const double burst = std::max(1.0, traffic.burst);
  const auto canary = PoissonShares(traffic.canary_events * traffic.canary_rate / burst);
  const auto baseline = PoissonShares(traffic.baseline_events * traffic.baseline_rate / burst);
  ShareGrowth growth{};
  for (std::size_t x = 0; x < canary.size(); ++x) {
    for (std::size_t y = 0; y < baseline.size(); ++y) {
      const double chance = canary[x] * baseline[y];
      if (chance < 1e-9) continue;
      const PairedCounts block =
          BlockOf(traffic, burst * static_cast<double>(x), burst * static_cast<double>(y));
      AddWeighted(growth, chance, IncrementsOf(parameters, block).share);
    }
  }
  return growth;
}

// Three points of Gauss and Hermite over the canary's share of the block's bad events.
ShareGrowth AtThreePoints(const ComparatorParameters& parameters, const ConstantTraffic& traffic) {
  const double canary_bad = traffic.canary_events * traffic.canary_rate;
  const double bad = canary_bad + traffic.baseline_events * traffic.baseline_rate;
  const double share = canary_bad / bad;
  const double deviation = std::sqrt(3 * share * (1 - share) * std::max(1.0, traffic.burst) / bad);
  ShareGrowth growth{};
  for (const auto& [offset, weight] :
       {std::pair{-deviation, 1 / 6.0}, std::pair{0.0, 4 / 6.0}, std::pair{deviation, 1 / 6.0}}) {
    const double x = bad * std::clamp(share + offset, 0.0, 1.0);
    AddWeighted(growth, weight, IncrementsOf(parameters, BlockOf(traffic, x, bad - x)).share);
  }
  return growth;
}

ShareGrowth ExpectedShareGrowth(const ComparatorParameters& parameters, ConstantTraffic traffic) {
  const double scrapes = std::max(1, traffic.scrapes);
  traffic.canary_events /= scrapes;
  traffic.baseline_events /= scrapes;
  const double bad =
      traffic.canary_events * traffic.canary_rate + traffic.baseline_events * traffic.baseline_rate;
  if (!(bad > 0)) return {};
  ShareGrowth growth = bad / std::max(1.0, traffic.burst) <= kFewBursts
                           ? SumOverOutcomes(parameters, traffic)
                           : AtThreePoints(parameters, traffic);
  for (double& of_one : growth) of_one *= scrapes;
  return growth;
}

// First time at which `evidence`, convex in the number of blocks, reaches the threshold.
std::optional<double> FirstBlockAbove(const std::function<double(double)>& evidence,
                                      double log_threshold) {
  double late = 1;
  while (evidence(late) < log_threshold) {
    late *= 2;
    if (late > kMaxBlocks) return std::nullopt;
  }
  double early = late > 1 ? late / 2 : 0;
  for (int i = 0; i < 40; ++i) {
    const double middle = (early + late) / 2;
    (evidence(middle) < log_threshold ? early : late) = middle;
  }
  return late;
}

// One batch in every so many blocks, with the events of all of them.
BlockGrowth GrowthOfBatches(ComparatorParameters parameters, ConstantTraffic traffic) {
  const auto every = static_cast<double>(std::max<std::int64_t>(1, parameters.batches.every));
  parameters.batches.longest = 0;
  traffic.canary_events *= every;
  traffic.baseline_events *= every;
  traffic.scrapes = 1;
  BlockGrowth growth = ExpectedGrowth(parameters, traffic);
  const auto spread_out = [every](auto& increments) {
    for (double& increment : increments) increment /= every;
  };
  spread_out(growth.share);
  spread_out(growth.fast);
  spread_out(growth.practical);
  spread_out(growth.ratio);
  spread_out(growth.absolute);
  return growth;
}

template <std::size_t Size>
double Largest(const std::array<double, Size>& values) {
  return *std::ranges::max_element(values);
}

template <std::size_t Size>
std::array<double, Size> After(double blocks, const std::array<double, Size>& growth,
                               double log_start) {
  std::array<double, Size> capital{};
  for (std::size_t j = 0; j < Size; ++j) {
    capital[j] = std::exp(std::min(kMaxLogCapital, log_start + blocks * growth[j]));
  }
  return capital;
}

}  // namespace

double GrowthPerBadEvent(double R, double w, double r0, double phi) {
  if (!(R > r0 && w > 0)) return 0;
  const double exposure = std::log1p((R - r0) * w / (r0 * w + 1));
  return (std::log(R / r0) - (1 + 1 / (R * w)) * exposure) / std::max(1.0, phi);
}

BlockGrowth ExpectedGrowth(const ComparatorParameters& parameters, const ConstantTraffic& traffic) {
  if (parameters.batches.longest > 0) return GrowthOfBatches(parameters, traffic);
  // All but the share bet are linear in the counts.
  const Increments mean = IncrementsOf(parameters, MeanBlock(traffic));
  BlockGrowth growth;
  growth.share = ExpectedShareGrowth(parameters, traffic);
  growth.fast = mean.fast;
  growth.practical = mean.practical;
  growth.ratio = mean.ratio;
  growth.absolute = mean.absolute;
  return growth;
}

bool CanBeProvenWorse(const ComparatorParameters& parameters, const ConstantTraffic& traffic) {
  const Increments mean = IncrementsOf(parameters, MeanBlock(traffic));
  return Largest(mean.practical) > 0 && std::max(Largest(mean.share), Largest(mean.fast)) > 0;
}

std::optional<double> BlocksToRollback(const BlockGrowth& growth, double start_weight,
                                       double log_threshold) {
  if (Largest(growth.practical) <= 0) return std::nullopt;
  if (std::max(Largest(growth.share), Largest(growth.fast)) <= 0) return std::nullopt;
  const double log_start = std::log(start_weight / static_cast<double>(kRollbackGrid));
  return FirstBlockAbove(
      [&](double blocks) {
        EvidenceState state;
        state.share = After(blocks, growth.share, log_start);
        state.fast = After(blocks, growth.fast, log_start);
        state.practical = After(blocks, growth.practical, log_start);
        state.started_weight = start_weight;
        return Evaluate(state).rollback;
      },
      log_threshold);
}

std::optional<double> BlocksToPromotion(const BlockGrowth& growth, double log_threshold) {
  if (std::max(Largest(growth.ratio), Largest(growth.absolute)) <= 0) return std::nullopt;
  const double log_start = -std::log(static_cast<double>(kPromotionGrid));
  return FirstBlockAbove(
      [&](double blocks) {
        EvidenceState state;
        state.ratio = After(blocks, growth.ratio, log_start);
        state.absolute = After(blocks, growth.absolute, log_start);
        return Evaluate(state).promotion;
      },
      log_threshold);
}

}  // namespace slogate::core
