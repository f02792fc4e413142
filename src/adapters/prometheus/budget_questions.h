// Questions about one budget: each with its trace, and in halves where it is too much at once.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "adapters/prometheus/notes.h"
#include "adapters/prometheus/query_api.h"
#include "slogate/core/budget_reading.h"

namespace slogate::adapters::prometheus {

// For the length of one reading; not thread-safe.
class BudgetQuestions {
 public:
  BudgetQuestions(const Transport& transport, const ports::MetricsConnection& connection)
      : api_(transport, connection) {}

  Answered<Reply> Instant(const std::string& query, core::TimePoint at);

  // At `first`, `first` + `step`, ... `last`. A range that is too much for Prometheus or for the
  // response limit is asked in halves, a few times; a series may then come in several parts.
  // kTooLarge, with the mend, when that does not help.
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
