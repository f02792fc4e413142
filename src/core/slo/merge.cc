#include "core/slo/merge.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>

#include "core/slo/tally.h"

namespace slogate::core {
namespace {

using Windows = std::vector<WindowCounts>;

WindowCounts NoSeries(TimePoint end, Duration length) {
  WindowCounts none;
  none.end = end;
  none.length = length;
  none.problem = CountProblem::kNoSeries;
  return none;
}

bool SameGrid(const Windows& a, const Windows& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const WindowCounts& x, const WindowCounts& y) {
                      return x.end == y.end && x.length == y.length &&
                             x.bad_ratio.has_value() == y.bad_ratio.has_value();
                    });
}

WindowCounts FoldWindow(const std::vector<WindowCounts>& parts, const WindowFold& fold) {
  WindowCounts whole;
  whole.end = parts.front().end;
  whole.length = parts.front().length;
  for (const WindowCounts& part : parts) {
    whole.problem = ProblemOf(part);
    if (whole.problem != CountProblem::kNone) return whole;
  }
  const WindowCounts folded = fold(parts);
  whole.counts = folded.counts;
  whole.bad_ratio = folded.bad_ratio;
  return whole;
}

Windows FoldAll(const std::vector<Windows>& parts, const WindowFold& fold) {
  Windows whole;
  std::vector<WindowCounts> at_once(parts.size());
  for (std::size_t i = 0; i < parts.front().size(); ++i) {
    for (std::size_t part = 0; part < parts.size(); ++part) at_once[part] = parts[part][i];
    whole.push_back(FoldWindow(at_once, fold));
  }
  return whole;
}

// Everything since the first data as one window, so that windows of any grid can be folded.
WindowCounts SumWindow(const Windows& pieces, TimePoint at) {
  const Tally tally = Sum(pieces);
  WindowCounts sum;
  sum.end = at;
  sum.problem = tally.observed.count() > 0 ? CountProblem::kNone : tally.problem;
  sum.counts = tally.counts;
  if (!tally.counted) sum.bad_ratio = tally.bad_ratio;
  return sum;
}

// A leading window without a sample says how young the youngest part is.
Windows FoldSums(const std::vector<Windows>& parts, TimePoint first, TimePoint at,
                 const WindowFold& fold) {
  std::vector<WindowCounts> sums;
  TimePoint from = first;
  for (const Windows& part : parts) {
    sums.push_back(SumWindow(part, at));
    from = std::max(from, Sum(part).data_from.value_or(first));
  }
  Windows whole;
  if (from > first) {
    whole.push_back(NoSeries(from, from - first));
  }
  for (WindowCounts& sum : sums) sum.length = at - from;
  whole.push_back(FoldWindow(sums, fold));
  return whole;
}

Windows SameWindows(const Windows& wanted, const Windows& from) {
  Windows found;
  for (const WindowCounts& window : wanted) {
    const auto same = std::find_if(from.begin(), from.end(), [&](const WindowCounts& other) {
      return other.length == window.length;
    });
    found.push_back(same != from.end() ? *same : NoSeries(window.end, window.length));
  }
  return found;
}

bool AnyRatio(std::span<const WindowCounts> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [](const WindowCounts& part) { return part.bad_ratio.has_value(); });
}

double LargestTotal(std::span<const WindowCounts> parts) {
  double total = 0;
  for (const WindowCounts& part : parts) total = std::max(total, part.counts.total);
  return total;
}

template <typename Combine>
WindowCounts FoldParts(std::span<const WindowCounts> parts, const Combine& combine) {
  WindowCounts whole;
  const bool ratio = AnyRatio(parts);
  const double most = ratio ? 1 : LargestTotal(parts);
  double bad = 0;
  for (const WindowCounts& part : parts) {
    bad = combine(bad, ratio ? RatioOf(part).value_or(0) : part.counts.bad);
  }
  bad = std::min(bad, most);
  if (ratio) {
    whole.bad_ratio = bad;
  } else {
    whole.counts = {.total = most, .bad = bad};
  }
  return whole;
}

// Indices of the steps that come before step `i`, directly or not.
std::set<std::size_t> Ancestors(const JourneyIndicator& journey, std::size_t i) {
  std::set<std::size_t> ancestors;
  for (std::size_t step = i + 1; step-- > 0;) {
    if (step != i && !ancestors.contains(step)) continue;
    for (const std::string& name : journey.steps[step].after) {
      for (std::size_t before = 0; before < step; ++before) {
        if (journey.steps[before].objective == name) ancestors.insert(before);
      }
    }
  }
  return ancestors;
}

}  // namespace

BudgetSeries Merge(const std::vector<const BudgetSeries*>& parts, TimePoint first, TimePoint at,
                   const WindowFold& fold) {
  BudgetSeries whole;
  if (parts.empty()) return whole;
  whole.cohort = parts.front()->cohort;
  std::vector<Windows> pieces;
  std::vector<Windows> windows;
  for (const BudgetSeries* part : parts) {
    pieces.push_back(part->pieces);
    windows.push_back(SameWindows(parts.front()->windows, part->windows));
  }
  const bool same_grid = std::all_of(pieces.begin(), pieces.end(), [&](const Windows& part) {
    return SameGrid(pieces.front(), part);
  });
  whole.pieces = same_grid ? FoldAll(pieces, fold) : FoldSums(pieces, first, at, fold);
  whole.windows = FoldAll(windows, fold);
  return whole;
}

WindowCounts FailTogether(std::span<const WindowCounts> parts) {
  return FoldParts(parts, [](double a, double b) { return std::max(a, b); });
}

WindowCounts FailApart(std::span<const WindowCounts> parts) {
  return FoldParts(parts, [](double a, double b) { return a + b; });
}

WindowCounts Travel(const JourneyIndicator& journey, std::span<const WindowCounts> parts) {
  WindowCounts whole;
  double good = 1;
  bool counted = true;
  double begun = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const JourneyStep& step = journey.steps[i];
    // A step without events was not reached, so that nothing is lost there.
    good *= 1 - step.weight * RatioOf(parts[i]).value_or(0);
    if (!step.after.empty()) continue;
    counted = counted && !parts[i].bad_ratio;
    begun = std::max(begun, parts[i].counts.total);
  }
  if (counted) {
    whole.counts = {.total = begun, .bad = (1 - good) * begun};
  } else {
    whole.bad_ratio = 1 - good;
  }
  return whole;
}

std::vector<StepLoss> WhereLost(const JourneyIndicator& journey,
                                const std::vector<const BudgetSeries*>& parts) {
  std::vector<double> kept;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double ratio = Sum(parts[i]->pieces).bad_ratio.value_or(0);
    kept.push_back(1 - journey.steps[i].weight * ratio);
  }
  std::vector<StepLoss> losses(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (const std::size_t before : Ancestors(journey, i)) losses[i].reached *= kept[before];
    losses[i].lost = losses[i].reached * (1 - kept[i]);
  }
  return losses;
}

}  // namespace slogate::core
