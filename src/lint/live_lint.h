// What a Prometheus shows of an objective that its text alone cannot: the judging of facts that
// others have gathered.
//
// Pure; callable from any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lint/lint.h"
#include "slogate/core/budget_reading.h"
#include "slogate/core/slo.h"
#include "slogate/core/time.h"

namespace slogate::lint {

inline constexpr double kMaxSeries = 10'000;  // of one selector, before it is called expensive
inline constexpr double kMaxResets = 5;       // of one series in an hour, before it is no counter

// What matches one selector of an indicator, now.
struct SelectorFacts {
  core::Selector selector;
  bool of_part = false;
  double series = 0;
  double of_metric = 0;                 // series of that name, whatever their labels
  std::optional<core::TimePoint> last;  // where nothing matches any more: its last sample
  std::vector<std::string> names;  // of metrics that look alike; where the metric has no series
  std::map<std::string, std::vector<std::string>> values;  // of its labels; where nothing matches
  double resetting = 0;  // series that fell more than kMostResets times in an hour
};

struct ObjectiveFacts {
  std::vector<SelectorFacts> selectors;
  std::vector<double> bounds;     // of the histogram, ascending and finite
  std::optional<double> cohorts;  // values that the cohorts' label has
  std::optional<core::BudgetReading> reading;
};

struct LiveFacts {
  std::vector<ObjectiveFacts> objectives;   // as many as the SLO has
  std::optional<core::Duration> retention;  // for how long Prometheus keeps samples
};

// In the order of the objectives. What is not known gives no finding.
std::vector<Finding> LintLive(const core::ServiceLevelObjective& slo, const LiveFacts& facts,
                              core::TimePoint at);

// What to ask of a Prometheus for one objective.
struct LiveQuestions {
  std::vector<std::pair<core::Selector, bool>> selectors;  // and whether it is the part's
  std::optional<core::Selector> buckets;                   // whose le labels are the bounds
  std::string cohort_label;                                // empty: none
};
LiveQuestions QuestionsOf(const core::SloObjective& objective);

// A selector of names like this one: {__name__=~"..."}.
std::string NamesLike(const std::string& metric);

}  // namespace slogate::lint
