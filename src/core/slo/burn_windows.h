// Over which windows a budget's burn is watched.
#pragma once

#include <optional>
#include <vector>

#include "slogate/core/budget.h"

namespace slogate::core {

// Over which the present rate is measured: an hour, or 1/720 of a period shorter than 28 days.
Duration PresentWindow(const BudgetWindow& window);

// How fast a budget burns, over windows that end now.

std::vector<BurnReading> ReadBurns(const std::vector<WindowCounts>& windows, double target);

// `burns` are of windows of any order; a row whose windows are not among them is unknown.
std::vector<BurnRowReading> ReadRows(const std::vector<BurnRow>& rows,
                                     const std::vector<BurnReading>& burns, double target);

// Of the shortest window that is long enough; absent: unknown.
std::optional<double> PresentBurn(const BudgetWindow& window,
                                  const std::vector<BurnReading>& burns);

// The events of many windows as one sum.

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
