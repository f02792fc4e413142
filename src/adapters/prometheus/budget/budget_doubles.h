// Processes that are scraped twice, in the sums of a budget: each of their events is counted once,
// as in the evidence of rollouts.
#pragma once

#include <map>
#include <string>

#include "adapters/prometheus/budget/budget_grid.h"
#include "adapters/prometheus/budget/budget_table.h"

namespace slogate::adapters::prometheus {

// The spans in which targets that may be one process were scraped, at the same time.
using DoubleSpans = std::map<BudgetKey, Span>;

// Asks for the sums of these spans by target, and puts sums that have the larger one of a process'
// targets alone in the place of those in `table`. Targets are one process by the rules of
// same_target.h. A note names the processes; another says so when there are too many targets to
// read, and the sums then stay as they are. `parts` are of counters. Spans of window 0 end a
// multiple of their length apart.
Answered<void> CountDoublesOnce(BudgetQuestions& questions, const BudgetParts& parts,
                                const std::string& cohort_label, const DoubleSpans& spans,
                                BudgetTable& table);

}  // namespace slogate::adapters::prometheus
