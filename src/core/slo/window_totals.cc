#include "core/slo/window_totals.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace slogate::core {
namespace {

// Increases are extrapolated in floating point, the bad ones apart from all.
constexpr double kRounding = 1e-9;

void AddGap(WindowTotals& totals, const BudgetGap& gap) {
  totals.missed += gap.to - gap.from;
  if (!totals.gaps.empty() && totals.gaps.back().to == gap.from &&
      totals.gaps.back().problem == gap.problem) {
    totals.gaps.back().to = gap.to;
    return;
  }
  if (totals.gaps.size() == kMaxGaps) totals.gaps.erase(totals.gaps.begin());
  totals.gaps.push_back(gap);
}

void AddCounted(WindowTotals& totals, const WindowCounts& window, double& weighted_ratio,
                Duration& with_ratio) {
  totals.observed += window.length;
  const auto ratio = RatioOf(window);
  if (ratio) {
    weighted_ratio += *ratio * static_cast<double>(window.length.count());
    with_ratio += window.length;
  }
  if (window.bad_ratio) {
    totals.counted = false;
    return;
  }
  totals.counts.total += window.counts.total;
  totals.counts.bad += std::min(window.counts.bad, window.counts.total);
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

WindowTotals Sum(const std::vector<WindowCounts>& windows) {
  WindowTotals totals;
  double weighted_ratio = 0;
  Duration with_ratio{0};
  TimePoint covered_to{};
  for (const WindowCounts& window : windows) {
    const TimePoint from = window.end - window.length;
    const CountProblem problem = ProblemOf(window);
    const bool sampled = problem != CountProblem::kNoSeries;
    if (totals.data_from && from > covered_to) {
      AddGap(totals, {covered_to, from, CountProblem::kNoSeries});
    }
    if (sampled && !totals.data_from) totals.data_from = from;
    if (problem == CountProblem::kNone) {
      AddCounted(totals, window, weighted_ratio, with_ratio);
    } else if (totals.data_from) {
      AddGap(totals, {from, window.end, problem});
    }
    if (sampled) totals.problem = std::max(totals.problem, problem);
    covered_to = window.end;
  }
  if (!totals.data_from) totals.problem = CountProblem::kNoSeries;
  if (!std::isfinite(totals.counts.total)) {
    totals.problem = CountProblem::kInfinite;
    totals.observed = Duration(0);
    totals.counts = {};
  }
  if (!totals.counted && with_ratio.count() > 0) {
    totals.bad_ratio = weighted_ratio / static_cast<double>(with_ratio.count());
  } else if (totals.counted && totals.counts.total > 0) {
    totals.bad_ratio = totals.counts.bad / totals.counts.total;
  }
  if (!totals.counted) totals.counts = {};
  return totals;
}

}  // namespace slogate::core
