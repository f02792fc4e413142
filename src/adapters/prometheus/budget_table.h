// What the queries of one budget answered, by cohort, window and time.
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/prometheus/budget_grid.h"
#include "adapters/prometheus/budget_parts.h"
#include "adapters/prometheus/reply.h"
#include "slogate/core/budget_reading.h"

namespace slogate::adapters::prometheus {

// One of the windows asked for, at one time.
struct Slot {
  std::size_t window = 0;
  core::TimePoint at{};

  friend auto operator<=>(const Slot&, const Slot&) = default;
};

struct SlotSums {
  std::optional<double> total;
  std::optional<double> part;
  std::optional<double> tiles;
  bool several = false;    // two series where one was wanted
  bool lost_part = false;  // its part is not a number, and nothing is left of it
};

// `queries` as one, to be answered into a table. `windows` are their numbers in the slots.
std::string Together(const std::vector<PartQueries>& queries,
                     const std::vector<std::size_t>& windows);

// Not thread-safe.
class BudgetTable {
 public:
  explicit BudgetTable(std::string cohort_label) : cohort_label_(std::move(cohort_label)) {}

  void Add(const Reply& reply);

  // Slots with a sum that is not a number.
  std::set<Slot> NotNumbers() const;
  // Takes the sums of these slots from a table that leaves such series out.
  void Repair(const std::set<Slot>& slots, const BudgetTable& without);

  // The cohorts' names, and their sums.
  using Sums = std::map<Slot, SlotSums>;
  const std::map<std::string, Sums>& cohorts() const { return cohorts_; }

 private:
  std::string cohort_label_;
  std::map<std::string, Sums> cohorts_;
};

// Events of `span`, as the sums say. `sums` may be null: there were none.
core::WindowCounts CountsOf(const Span& span, const SlotSums* sums, PartMeaning meaning);

// Both together; a problem of either is the problem of the sum, but kNoSeries of one is nothing.
core::WindowCounts Plus(const core::WindowCounts& a, const core::WindowCounts& b);

}  // namespace slogate::adapters::prometheus
