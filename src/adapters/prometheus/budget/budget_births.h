// Events that increase() does not see, from raw samples, counted as the evidence of rollouts is.
#pragma once

#include <cstddef>
#include <vector>

#include "adapters/prometheus/budget/budget_grid.h"
#include "adapters/prometheus/budget/budget_table.h"
#include "adapters/prometheus/evidence/fetch_plan.h"
#include "slogate/core/budget_reading.h"

namespace slogate::adapters::prometheus {

// Reads raw samples of a budget's counters where a counter began: with its first event, again
// after it was away, or again in a new process. The rules are those of series_counter.h.
//
// Where a target has no `up`, it was up when another of its series was scraped; a target is then
// known by its labels `pod` or `instance`. A series that such a target had before, within the
// budget window, and that comes back no lower than it left, adds the difference only.
//
// For the length of one reading; not thread-safe.
class BirthReader {
 public:
  // `plan` must outlive it. Its indicator is one that counters are known of.
  BirthReader(BudgetQuestions& questions, const core::BudgetPlan& plan);

  // Ascending by time and cohort. A span with too many samples is read in halves. Nothing, with a
  // note, where that does not help, and once ten million samples were read: then `full` is true.
  Answered<std::vector<UnseenOfCohort>> Read(const Span& span);

  bool full() const;

 private:
  Answered<std::vector<UnseenOfCohort>> ReadPart(const Span& span, int halvings);

  BudgetQuestions& questions_;
  const core::BudgetPlan& plan_;
  const Answered<FetchPlan> fetches_;
  std::size_t samples_ = 0;
};

}  // namespace slogate::adapters::prometheus
