// The budget that is true of a composite or a journey, from the events of its parts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "integration/budgets/true_counts.h"
#include "slogate/core/budget.h"
#include "slogate/core/slo.h"

namespace slogate::tests {

// What is true of one window.
using CountOver = std::function<std::optional<TrueCount>(const TrueIndicator& whole, int end,
                                                         core::Duration length)>;

// What a source counts chunks of the budget window, and burn windows, from.
struct Known {
  CountOver chunks;
  CountOver windows;
};

struct Whole {
  const EventWorld& world;
  const core::ServiceLevelObjective& slo;
  const core::SloObjective& objective;
  core::TimePoint at{};
};

// Budget, bounds, burns, gaps and exhaustion; `chunks` are those in which the parts were read.
void ExpectWhole(const Whole& whole, const core::BudgetVerdict& verdict,
                 const std::vector<core::WindowCounts>& chunks, const Known& known);

// Reads every objective that can be read, of one SLO at one time; the others stay empty.
std::vector<core::BudgetReading> ReadAll(
    const core::ServiceLevelObjective& slo, core::TimePoint at,
    const std::function<core::BudgetReading(const core::BudgetPlan& plan)>& read);

}  // namespace slogate::tests
