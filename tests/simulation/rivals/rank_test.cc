#include "simulation/rivals/rank_test.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "simulation/rivals/normal.h"

namespace slogate::simulation {
namespace {

struct Ranked {
  double value;
  bool of_canary;
};

std::vector<Ranked> Pooled(std::span<const double> canary, std::span<const double> baseline,
                           double shift) {
  std::vector<Ranked> pooled;
  pooled.reserve(canary.size() + baseline.size());
  for (const double value : canary) pooled.push_back({value - shift, true});
  for (const double value : baseline) pooled.push_back({value, false});
  std::sort(pooled.begin(), pooled.end(),
            [](const Ranked& a, const Ranked& b) { return a.value < b.value; });
  return pooled;
}

}  // namespace

double EstimatedShift(std::span<const double> canary, std::span<const double> baseline) {
  std::vector<double> differences;
  differences.reserve(canary.size() * baseline.size());
  for (const double x : canary) {
    for (const double y : baseline) differences.push_back(x - y);
  }
  const auto middle = differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2);
  std::nth_element(differences.begin(), middle, differences.end());
  if (differences.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(differences.begin(), middle)) / 2;
}

double RankScore(std::span<const double> canary, std::span<const double> baseline, double shift) {
  const std::vector<Ranked> pooled = Pooled(canary, baseline, shift);
  const auto n = static_cast<double>(canary.size());
  const auto m = static_cast<double>(baseline.size());
  double rank_sum = 0;  // of the canary, ties sharing the mean of their ranks
  double tied = 0;
  for (std::size_t first = 0; first < pooled.size();) {
    std::size_t last = first;
    double of_canary = 0;
    while (last < pooled.size() && pooled[last].value == pooled[first].value) {
      of_canary += pooled[last].of_canary ? 1 : 0;
      ++last;
    }
    const auto group = static_cast<double>(last - first);
    rank_sum += of_canary * (static_cast<double>(first) + (group + 1) / 2);
    tied += group * group * group - group;
    first = last;
  }
  const double excess = rank_sum - n * (n + 1) / 2 - n * m / 2;
  const double continuity = excess > 0 ? .5 : excess < 0 ? -.5 : 0;
  const double variance = n * m / 12 * (n + m + 1 - tied / ((n + m) * (n + m - 1)));
  return variance > 0 ? (excess - continuity) / std::sqrt(variance) : 0;
}

bool ShownHigher(std::span<const double> canary, std::span<const double> baseline,
                 const RankTestSetting& setting) {
  if (canary.empty() || baseline.empty()) return false;
  const double min_score = NormalQuantile((1 + setting.confidence) / 2);
  // The lower end is where the falling score passes `least_score`: above a shift exactly when the
  // score there is higher still. Most checks end here, before the costly estimate.
  if (RankScore(canary, baseline, 0) <= min_score) return false;
  const double tolerated = setting.tolerance * std::abs(EstimatedShift(canary, baseline));
  return RankScore(canary, baseline, tolerated) > min_score;
}

}  // namespace slogate::simulation
