// What the queries of one budget answered, by cohort, window and time.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/api/reply.h"
#include "adapters/prometheus/budget/budget_grid.h"
#include "adapters/prometheus/budget/budget_parts.h"
#include "adapters/prometheus/evidence/pairing.h"
#include "slogate/core/budget_reading.h"

namespace slogate::adapters::prometheus {

// One of the windows asked for, at one time.
struct BudgetKey {
  std::size_t window = 0;
  core::TimePoint at{};

  friend auto operator<=>(const BudgetKey&, const BudgetKey&) = default;
};

struct KeySums {
  std::optional<double> total;
  std::optional<double> part;
  std::optional<double> buckets;
  bool several = false;    // two series where one was wanted
  bool lost_part = false;  // its part is not a number, and nothing is left of it
};

// `queries` as one, to be answered into a table. `windows` are their numbers in the keys.
std::string Together(const std::vector<PartQueries>& queries,
                     const std::vector<std::size_t>& windows);

// Not thread-safe.
class BudgetTable {
 public:
  explicit BudgetTable(std::string cohort_label) : cohort_label_(std::move(cohort_label)) {}

  void Add(const Reply& reply);

  // Slots with a sum that is not a number.
  std::set<BudgetKey> NotNumbers() const;
  // Takes the sums of these keys from a table that leaves such series out.
  void Repair(const std::set<BudgetKey>& keys, const BudgetTable& without);

  // The cohorts' names, and their sums.
  using Sums = std::map<BudgetKey, KeySums>;
  const std::map<std::string, Sums>& cohorts() const { return cohorts_; }

 private:
  std::string cohort_label_;
  std::map<std::string, Sums> cohorts_;
};

// Events of `span`, as the sums say. `sums` may be null: there were none.
core::WindowCounts CountsOf(const Span& span, const KeySums* sums, promql::PartMeaning meaning);

// Both together; a problem of either is the problem of the sum, but kNoSeries of one is nothing.
core::WindowCounts Plus(const core::WindowCounts& a, const core::WindowCounts& b);

// Questions about one budget: each with its trace, and in halves where it is too much at once.

// For the length of one reading; not thread-safe.
class BudgetQuestions {
 public:
  BudgetQuestions(const Transport& transport, const ports::MetricsConnection& connection)
      : api_(transport, connection) {}

  Answered<Reply> Instant(const std::string& query, core::TimePoint at);

  // At `first`, `first` + `step`, ... `last`. A range that is too much for Prometheus or for the
  // response limit is asked in halves, a few times; a series may then come in several parts.
  // kTooLarge, with the fix, when that does not help.
  Answered<Reply> Range(const std::string& query, core::TimePoint first, core::TimePoint last,
                        core::Duration step);

  // Whether less at once may succeed where this failed.
  static bool IsTooMuch(const SourceFailure& failure);
  static SourceFailure TooLarge(const SourceFailure& failure);

  Notes& notes() { return notes_; }
  std::vector<core::QueryTrace> TakeTrace() { return std::move(trace_); }

 private:
  Answered<Reply> InHalves(const std::string& query, core::TimePoint first, core::TimePoint last,
                           core::Duration step, int halvings);
  Answered<Reply> Note(const std::string& query, core::TimePoint at,
                       std::chrono::steady_clock::time_point began, Answered<Reply> reply);

  QueryApi api_;
  Notes notes_;
  std::vector<core::QueryTrace> trace_;
};

}  // namespace slogate::adapters::prometheus
