// The events of many windows as one sum.
#pragma once

#include <optional>
#include <vector>

#include "slogate/core/budget.h"

namespace slogate::core {

// kNone exactly when the counts or the ratio can be trusted, whatever the source said of them.
CountProblem ProblemOf(const WindowCounts& counts);

// Share of bad events; absent: a problem, or no events.
std::optional<double> RatioOf(const WindowCounts& counts);

struct WindowTotals {
  Counts counts;
  bool counted = true;              // false: some source knew only its ratio
  std::optional<double> bad_ratio;  // absent: nothing was counted, or no events
  Duration observed{0};
  std::optional<TimePoint> data_from;          // where the first window with a sample begins
  Duration missed{0};                          // of all gaps
  std::vector<BudgetGap> gaps;                 // the latest kMostGaps, oldest first
  CountProblem problem = CountProblem::kNone;  // the worst; kNoSeries only when nothing else is
};

// `windows` ascend and do not overlap. What has a problem is skipped; so is time that no window
// covers between the first and the last of them.
WindowTotals Sum(const std::vector<WindowCounts>& windows);

}  // namespace slogate::core
