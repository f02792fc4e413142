// One reading of one objective's budget: out of which series, and the numbers.
#pragma once

#include <cstddef>

#include "adapters/prometheus/budget_memory.h"
#include "adapters/prometheus/query_api.h"
#include "slogate/core/budget_reading.h"

namespace slogate::adapters::prometheus {

// What is remembered of one budget, by where its numbers come from.
struct BudgetMemories {
  BudgetMemory tiles;
  BudgetMemory counters;

  std::size_t size() const { return tiles.size() + counters.size(); }
};

// Recorded tiles, Sloth's ratios or Pyrra's series when they are fresh and go back as far as the
// raw counters do, else the raw counters.
core::BudgetReading ReadBudgetOnce(const Transport& transport,
                                   const ports::MetricsConnection& connection,
                                   const core::BudgetPlan& plan, BudgetMemories& memories);

}  // namespace slogate::adapters::prometheus
