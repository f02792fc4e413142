// Events of an objective that is made of others, window by window.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "slogate/core/budget.h"

namespace slogate::core {

// One window of every part, in the order of the parts; none has a problem.
using WindowFold = std::function<WindowCounts(std::span<const WindowCounts> parts)>;

// A window that has a problem in one part has it in the whole. Where the parts were not read in the
// same pieces, because one of them knows only a ratio over everything, their sums are folded.
BudgetSeries Merge(const std::vector<const BudgetSeries*>& parts, TimePoint first, TimePoint at,
                   const WindowFold& fold);

// A request is good when it is good for every part.
WindowCounts FailTogether(std::span<const WindowCounts> parts);  // as far as they can
WindowCounts FailApart(std::span<const WindowCounts> parts);     // as far as they can

// A journey is good when every step is. `parts`: of its steps.
WindowCounts Travel(const JourneyIndicator& journey, std::span<const WindowCounts> parts);

struct StepLoss {
  double reached = 1;  // share of the journeys that get to the step
  double lost = 0;     // share of the journeys that end there
};

// Where journeys are lost over the whole of `parts`; an unknown step loses nothing.
std::vector<StepLoss> WhereLost(const JourneyIndicator& journey,
                                const std::vector<const BudgetSeries*>& parts);

}  // namespace slogate::core
