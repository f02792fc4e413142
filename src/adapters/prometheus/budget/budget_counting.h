// Counts of an objective's events over its budget window, in chunks, and over its burn windows.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "adapters/prometheus/budget/budget_grid.h"
#include "adapters/prometheus/budget/budget_table.h"

namespace slogate::adapters::prometheus {

using PartsOver = std::function<PartQueries(core::Duration window, NotNumbers not_numbers)>;

struct Counting {
  core::BudgetOrigin origin = core::BudgetOrigin::kCounters;
  core::Duration least{0};  // no chunk is shorter, unless the window is
  PartsOver chunks;
  PartsOver windows;
  const BudgetParts* counters = nullptr;  // of sums that are not of recorded buckets
  // Zero: queries of chunks say where counters began. Else chunks are recorded without the events
  // that increase() does not see, and these are counted in so much of the window's end at most.
  core::Duration births{0};
};

struct Counted {
  std::vector<core::BudgetSeries> series;  // all events first, then the largest cohorts
  std::size_t cohorts_left_out = 0;
  bool holes = false;  // buckets are missing after the first ones
};

// A few queries however long the window is; every sample is loaded once for the budget and once
// for each burn window that holds it. Pieces that nothing can change any more come from `memory`
// and go there.
Answered<Counted> ReadCounts(BudgetQuestions& questions, const ports::MetricsConnection& connection,
                             const core::BudgetPlan& plan, const Counting& counting,
                             BudgetMemory& memory);

// The same of plan's burn windows alone, all events; nothing is remembered.
Answered<std::vector<core::WindowCounts>> ReadWindows(BudgetQuestions& questions,
                                                      const ports::MetricsConnection& connection,
                                                      core::BudgetPlan plan,
                                                      const Counting& counting);

// The end of the first chunk with events counted; nothing when there is none.
std::optional<core::TimePoint> FirstCounted(const core::BudgetSeries& series);

}  // namespace slogate::adapters::prometheus
