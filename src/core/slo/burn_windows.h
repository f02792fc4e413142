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

}  // namespace slogate::core
