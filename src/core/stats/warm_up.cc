#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/stats/dispersion_windows.h"
#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
constexpr std::size_t kMinutes = kLongestWarmUp / kMinute;
constexpr double kMinBad = 10;
constexpr double kTimesWorse = 1.5;
constexpr double kDeviations = 4;

struct YoungAndOld {
  Counts young;
  Counts old;
};

bool DoesWorse(const YoungAndOld& counts, double phi) {
  const auto& [young, old] = counts;
  if (!(young.total > 0 && old.total > 0) || young.bad < kMinBad) return false;
  const double m = young.bad + old.bad;
  const double rho = young.total / (young.total + old.total);
  const double excess = young.bad - rho * m;
  return excess > kDeviations * std::sqrt(std::max(1.0, phi) * m * rho * (1 - rho)) &&
         young.bad / young.total > kTimesWorse * old.bad / old.total;
}

// Index of the first block with events; all of them: none has any.
std::size_t BirthOf(const std::vector<Counts>& blocks) {
  const auto first =
      std::ranges::find_if(blocks, [](const Counts& block) { return block.total > 0; });
  return static_cast<std::size_t>(first - blocks.begin());
}

// Without the time in which a pod that was born within the history is young.
ObjectiveHistory OfGrownPods(const std::vector<std::vector<Counts>>& pods,
                             const std::vector<std::size_t>& births, std::size_t longest,
                             std::size_t blocks) {
  ObjectiveHistory grown;
  grown.blocks.resize(blocks);
  for (std::size_t pod = 0; pod < pods.size(); ++pod) {
    std::vector<Counts>& kept = grown.pods.emplace_back().blocks;
    kept = pods[pod];
    if (births[pod] >= longest) {
      const auto end = std::min(blocks, births[pod] + longest);
      std::fill(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(end), Counts{});
    }
    for (std::size_t i = 0; i < blocks; ++i) grown.blocks[i] += kept[i];
  }
  return grown;
}

}  // namespace

Duration MeasureWarmUp(const ObjectiveHistory& history, int canary_pods, Duration block_length) {
  if (block_length <= Duration::zero()) return {};
  const auto longest = static_cast<std::size_t>(kLongestWarmUp / block_length);
  const std::size_t blocks = history.blocks.size();
  std::vector<std::vector<Counts>> pods;
  std::vector<std::size_t> births;
  for (const PodHistory& pod : history.pods) {
    if (pod.blocks.size() != blocks) continue;
    pods.push_back(stats::WithGaps(pod.blocks));
    births.push_back(BirthOf(pods.back()));
  }
  std::array<YoungAndOld, kMinutes> ages{};
  for (std::size_t young = 0; young < pods.size(); ++young) {
    // One that was there when the history began may be of any age.
    if (births[young] < longest || births[young] == blocks) continue;
    const std::size_t end = std::min(blocks, births[young] + longest);
    for (std::size_t i = births[young]; i < end; ++i) {
      const auto age = static_cast<Duration::rep>(i - births[young]) * block_length;
      YoungAndOld& sum = ages[std::min(kMinutes - 1, static_cast<std::size_t>(age / kMinute))];
      sum.young += pods[young][i];
      for (std::size_t old = 0; old < pods.size(); ++old) {
        const bool grown = births[old] < longest || births[old] + longest <= i;
        if (old != young && grown) sum.old += pods[old][i];
      }
    }
  }
  if (ages.front().young.bad < kMinBad) return {};
  // The warm-up itself is no burst that it could be mistaken for.
  const double phi =
      MeasureDispersion(OfGrownPods(pods, births, longest, blocks), canary_pods, block_length)
          .phi_max;
  std::size_t minutes = 0;
  while (minutes < kMinutes && DoesWorse(ages[minutes], phi)) ++minutes;
  return static_cast<Duration::rep>(minutes) * kMinute;
}

}  // namespace slogate::core
