// An objective's events over its budget window: what to ask for, and what came back.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "slogate/core/counts.h"
#include "slogate/core/problems.h"
#include "slogate/core/slo.h"
#include "slogate/core/time.h"

namespace slogate::core {

// One objective's events over its budget window and over some windows that end with it.
struct BudgetPlan {
  std::variant<Indicator, RatioIndicator> indicator;
  // Of the series counted, besides the indicator's own; free PromQL has them as {{.track}}.
  std::vector<LabelMatcher> matchers;
  std::string cohort_label;  // empty: no cohorts
  int max_cohorts = 50;
  // Under which recording rules may have kept it: Sloth's sloth_service and sloth_slo, Pyrra's
  // name. Empty: raw counters only.
  std::string service;
  std::string objective;
  double target = 0.99;
  TimePoint first{};  // the budget window is (first, at]
  TimePoint at{};
  Duration period{0};             // nominal length of the budget window
  Duration chunk{0};              // the window is read in chunks of this length
  std::vector<Duration> windows;  // ascending; each ends at `at`
  Duration scrape_interval{0};
};

// Where the numbers came from.
enum class BudgetOrigin { kCounters, kSlogateRules, kSlothRules, kPyrraRules };

// Events in (end - length, end]. With a problem other than kNone nothing was counted; kNoSeries: no
// sample at all, a gap or a time before the service.
struct WindowCounts {
  TimePoint end{};
  Duration length{0};
  Counts counts;
  std::optional<double> bad_ratio;  // of sources that only know the ratio; counts are then unset
  CountProblem problem = CountProblem::kNone;
};

struct BudgetSeries {
  std::string cohort;                 // empty: all events
  std::vector<WindowCounts> chunks;   // of the budget window, ascending, without overlap; or, of
                                      // sources that only know ratios, one over the whole of it
  std::vector<WindowCounts> windows;  // in the order of the plan
};

// One question and what came back, for people.
struct QueryTrace {
  std::string query;
  TimePoint at{};
  std::string answer;
  Duration took{0};
};

struct BudgetReading {
  SourceProblem source = SourceProblem::kNone;
  std::string message;  // of the source problem
  BudgetOrigin origin = BudgetOrigin::kCounters;
  std::vector<BudgetSeries> series;  // all events first, then cohorts, the largest first
  std::size_t cohorts_left_out = 0;
  std::vector<std::string> warnings;
  std::vector<QueryTrace> trace;
};

}  // namespace slogate::core
