// What is sound and still unwise: the pitfalls of objectives, found in the text alone and, with
// what a Prometheus has (LintLive), in live data.
//
// Pure; callable from any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/budget_reading.h"
#include "slogate/core/policy.h"
#include "slogate/core/slo.h"
#include "slogate/core/time.h"

namespace slogate::lint {

// kError: the objective measures something else than it says, or can never work. kWarning: it
// works, and somebody will be surprised.
enum class Level { kWarning, kError };

struct Finding {
  Level level = Level::kWarning;
  std::string code;     // such as "polarity"; documented in docs/reference/lint.md
  std::string field;    // such as spec.objectives[1].indicator
  std::string message;  // what is wrong
  std::string fix;      // what to do about it; with the corrected text where there is one

  friend bool operator==(const Finding&, const Finding&) = default;
};

// What a code stands for.
struct Code {
  std::string_view name;
  Level level = Level::kWarning;
};

// Every code that a finding can have, by name.
const std::vector<Code>& Codes();

// In the order of the objectives, each code at most once for a field; the whole SLO's findings
// last. Without `at` nothing is said of the past.
std::vector<Finding> Lint(const core::ServiceLevelObjective& slo,
                          std::optional<core::TimePoint> at = std::nullopt);

// A policy's objectives, by the same rules, and its workload.
std::vector<Finding> Lint(const core::Policy& policy);

// What several SLOs do to each other: the findings of each, in order.
std::vector<std::vector<Finding>> LintTogether(
    const std::vector<const core::ServiceLevelObjective*>& slos);

// "error" or "warning".
std::string_view ToString(Level level);

// The policy's objectives as an SLO would have them: what linting and budgets check.
core::ServiceLevelObjective AsSlo(const core::Policy& policy);

// Findings as the checks make them.

// Collects findings; the level comes from the table of codes. Not for use by two threads at once.
class Report {
 public:
  // `code` is one of Codes(). A second finding of a code for a field is dropped.
  void Add(std::string_view code, std::string field, std::string message, std::string fix);

  std::vector<Finding> Take() { return std::move(findings_); }

 private:
  std::vector<Finding> findings_;
};

// "spec.objectives[2]"
inline std::string ObjectiveField(std::size_t index) {
  return "spec.objectives[" + std::to_string(index) + "]";
}

// A number as people write it: 3, 0.25, 99.95.
std::string NumberText(double value);

// A share as a percentage: "99.5 %".
std::string PercentText(double share);

// What a Prometheus shows of an objective that its text alone cannot: the judging of facts that
// others have gathered.
//
// Pure; callable from any thread.

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
