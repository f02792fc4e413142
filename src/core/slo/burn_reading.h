// How fast a budget burns, over windows that end now.
#pragma once

#include <optional>
#include <vector>

#include "slogate/core/budget.h"

namespace slogate::core {

std::vector<BurnReading> ReadBurns(const std::vector<WindowCounts>& windows, double target);

// `burns` are of windows of any order; a row whose windows are not among them is unknown.
std::vector<BurnRowReading> ReadRows(const std::vector<BurnRow>& rows,
                                     const std::vector<BurnReading>& burns, double target);

// Of the shortest window that is long enough; absent: unknown.
std::optional<double> PresentBurn(const BudgetWindow& window,
                                  const std::vector<BurnReading>& burns);

}  // namespace slogate::core
