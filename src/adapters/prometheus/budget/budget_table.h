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
#include "adapters/prometheus/evidence/pairing.h"
#include "adapters/prometheus/evidence/series_counter.h"
#include "promql/counted_series.h"
#include "slogate/core/budget_reading.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// The sums that an objective's events are made of, each asked for once. Pure.

// Whether a series with a sample that is not a number spoils the sum, or is left out of it.
enum class NotNumbers { kShow, kLeaveOut };

// The two sums over one window; with a cohort label one number for each of its values.
struct PartQueries {
  std::string total;
  std::string part;
  promql::PartMeaning meaning = promql::PartMeaning::kBad;
  std::string buckets;  // how many recorded buckets the sums are made of; empty: not of buckets
  // A number where series began, came back or began again, so that increase() may not see all of
  // their events; empty: not to be asked.
  std::string begun;
  // A number where targets that may be one process have series at the end; empty: not to be asked.
  std::string doubled;
  // The number without a cohort is that of all events, not of those without the label.
  bool unlabelled_is_all = false;
};

// Out of the raw counters.
class BudgetParts {
 public:
  // `matchers` narrow every series that is counted. `increase`: of the server that will be asked.
  BudgetParts(const core::Indicator& indicator, const std::vector<core::LabelMatcher>& matchers,
              const std::string& cohort_label, Increase increase);

  PartQueries Over(core::Duration window, NotNumbers not_numbers) const;

  // The same for each target, known by these labels, without those that are no numbers.
  PartQueries ByTarget(core::Duration window, const std::set<std::string>& labels) const;

  // Whether series may have events in the window that increase() does not see; empty for free text.
  std::string Begun(core::Duration window) const;

  // Whether there were samples of `total` in the window: a number, or nothing.
  std::string Seen(core::Duration window) const;

  // All events' selector; of free text the expression.
  const std::string& total() const { return total_; }

 private:
  std::string Sum(const std::string& text, core::Duration window, NotNumbers not_numbers,
                  const std::string& by) const;
  std::string Doubled() const;
  // Events between the samples of each series, without its first value.
  std::string Gained(const std::string& selector, core::Duration window) const;

  Increase increase_;
  bool free_text_ = false;   // expressions with a window to be filled in, not selectors
  bool per_second_ = false;  // of expressions
  std::vector<core::LabelMatcher> matchers_;  // of expressions; selectors have them already
  std::string total_;
  std::string part_;
  std::vector<std::string> begins_;  // selectors of counters that may begin apart
  std::string cohort_label_;         // empty: none
  promql::PartMeaning meaning_ = promql::PartMeaning::kBad;
};

// Out of the buckets that recording rules keep of an objective; each bucket belongs to exactly one
// of the windows that follow one another.
PartQueries BucketsOver(core::Duration window, const std::string& service,
                        const std::string& objective, const std::string& cohort_label);

// `{sloth_service="..",sloth_slo=".."}` and more matchers before them.
std::string RecordedSelector(const std::string& matchers, const std::string& service,
                             const std::string& objective);

// `expression`, its series labelled so that several can share one query.
std::string Tagged(const std::string& expression, const std::string& tag);

// The label that tells them apart.
inline constexpr const char* kTag = "slogate_part";

// What a tagged number is, of Together.
struct PartTag {
  char what = 0;  // t: total, p: part, b: begun, d: doubled, n: buckets
  std::size_t window = 0;

  // Nothing for other series.
  static std::optional<PartTag> Of(const Labels& labels);
};

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

  // Takes another sum, the total ('t') or the part ('p').
  void Replace(const std::string& cohort, const BudgetKey& key, char what, double sum);

  // When targets that may be one process had series.
  const std::set<core::TimePoint>& doubled() const { return doubled_; }
  // Windows in which a counter began.
  const std::set<BudgetKey>& begun() const { return begun_; }
  // Adds events to a sum; there need not be one yet.
  void AddUnseen(const std::string& cohort, const BudgetKey& key, double total, double part);

  // The cohorts' names, and their sums.
  using Sums = std::map<BudgetKey, KeySums>;
  const std::map<std::string, Sums>& cohorts() const { return cohorts_; }

 private:
  std::string cohort_label_;
  std::map<std::string, Sums> cohorts_;
  std::set<BudgetKey> begun_;
  std::set<core::TimePoint> doubled_;
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

  // How the server counts the increase of a counter. Asks `vector(0)` where it has not answered
  // yet.
  Answered<Increase> IncreaseOfServer(core::TimePoint at);

  // Whether less at once may succeed where this failed.
  static bool IsTooMuch(const SourceFailure& failure);
  static SourceFailure TooLarge(const SourceFailure& failure);

  QueryApi& api() { return api_; }  // for raw samples
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
