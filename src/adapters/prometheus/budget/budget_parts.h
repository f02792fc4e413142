// The sums that an objective's events are made of, each asked for once. Pure.
#pragma once

#include <string>
#include <vector>

#include "promql/counted_series.h"
#include "slogate/core/budget_reading.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// Whether a series with a sample that is not a number spoils the sum, or is left out of it.
enum class NotNumbers { kShow, kLeaveOut };

// The two sums over one window; with a cohort label one number for each of its values.
struct PartQueries {
  std::string total;
  std::string part;
  promql::PartMeaning meaning = promql::PartMeaning::kBad;
  std::string buckets;  // how many recorded buckets the sums are made of; empty: not of buckets
  // The number without a cohort is that of all events, not of those without the label.
  bool unlabelled_is_all = false;
};

// Out of the raw counters.
class BudgetParts {
 public:
  // `matchers` narrow every series that is counted.
  BudgetParts(const core::Indicator& indicator, const std::vector<core::LabelMatcher>& matchers,
              const std::string& cohort_label);

  PartQueries Over(core::Duration window, NotNumbers not_numbers) const;

  // Whether there were samples of `total` in the window: a number, or nothing.
  std::string Seen(core::Duration window) const;

 private:
  std::string Sum(const std::string& text, core::Duration window, NotNumbers not_numbers) const;

  bool free_text_ = false;   // expressions with a window to be filled in, not selectors
  bool per_second_ = false;  // of expressions
  std::vector<core::LabelMatcher> matchers_;  // of expressions; selectors have them already
  std::string total_;
  std::string part_;
  std::string by_;
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

}  // namespace slogate::adapters::prometheus
