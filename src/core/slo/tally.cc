#include "core/slo/tally.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace slogate::core {
namespace {

// Increases are extrapolated in floating point, the bad ones apart from all.
constexpr double kRounding = 1e-9;

void AddGap(Tally& tally, const BudgetGap& gap) {
  tally.missed += gap.to - gap.from;
  if (!tally.gaps.empty() && tally.gaps.back().to == gap.from &&
      tally.gaps.back().problem == gap.problem) {
    tally.gaps.back().to = gap.to;
    return;
  }
  if (tally.gaps.size() == kMostGaps) tally.gaps.erase(tally.gaps.begin());
  tally.gaps.push_back(gap);
}

void AddCounted(Tally& tally, const WindowCounts& window, double& weighted_ratio,
                Duration& with_ratio) {
  tally.observed += window.length;
  const auto ratio = RatioOf(window);
  if (ratio) {
    weighted_ratio += *ratio * static_cast<double>(window.length.count());
    with_ratio += window.length;
  }
  if (window.bad_ratio) {
    tally.counted = false;
    return;
  }
  tally.counts.total += window.counts.total;
  tally.counts.bad += std::min(window.counts.bad, window.counts.total);
}

}  // namespace

CountProblem ProblemOf(const WindowCounts& counts) {
  if (counts.problem != CountProblem::kNone) return counts.problem;
  const double total = counts.bad_ratio ? 1 : counts.counts.total;
  const double bad = counts.bad_ratio ? *counts.bad_ratio : counts.counts.bad;
  if (std::isnan(total) || std::isnan(bad)) return CountProblem::kNotANumber;
  if (std::isinf(total) || std::isinf(bad)) return CountProblem::kInfinite;
  if (bad < 0 || bad > total + total * kRounding) return CountProblem::kInconsistent;
  return CountProblem::kNone;
}

std::optional<double> RatioOf(const WindowCounts& counts) {
  if (ProblemOf(counts) != CountProblem::kNone) return std::nullopt;
  if (counts.bad_ratio) return std::min(*counts.bad_ratio, 1.0);
  if (counts.counts.total <= 0) return std::nullopt;
  return std::min(counts.counts.bad / counts.counts.total, 1.0);
}

Tally Sum(const std::vector<WindowCounts>& windows) {
  Tally tally;
  double weighted_ratio = 0;
  Duration with_ratio{0};
  TimePoint covered_to{};
  for (const WindowCounts& window : windows) {
    const TimePoint from = window.end - window.length;
    const CountProblem problem = ProblemOf(window);
    const bool sampled = problem != CountProblem::kNoSeries;
    if (tally.data_from && from > covered_to) {
      AddGap(tally, {covered_to, from, CountProblem::kNoSeries});
    }
    if (sampled && !tally.data_from) tally.data_from = from;
    if (problem == CountProblem::kNone) {
      AddCounted(tally, window, weighted_ratio, with_ratio);
    } else if (tally.data_from) {
      AddGap(tally, {from, window.end, problem});
    }
    if (sampled) tally.problem = std::max(tally.problem, problem);
    covered_to = window.end;
  }
  if (!tally.data_from) tally.problem = CountProblem::kNoSeries;
  if (!std::isfinite(tally.counts.total)) {
    tally.problem = CountProblem::kInfinite;
    tally.observed = Duration(0);
    tally.counts = {};
  }
  if (!tally.counted && with_ratio.count() > 0) {
    tally.bad_ratio = weighted_ratio / static_cast<double>(with_ratio.count());
  } else if (tally.counted && tally.counts.total > 0) {
    tally.bad_ratio = tally.counts.bad / tally.counts.total;
  }
  if (!tally.counted) tally.counts = {};
  return tally;
}

}  // namespace slogate::core
