#include <algorithm>
#include <string>
#include <vector>

#include "lint/checks.h"
#include "lint/events_view.h"
#include "promql/selector.h"
#include "promql/writer.h"
#include "slogate/core/budget.h"
#include "spec/text/duration_text.h"
#include "spec/text/mistake.h"
#include "spec/text/time_text.h"

namespace slogate::lint {
namespace {

constexpr std::size_t kMaxShown = 8;

std::string Listed(const std::vector<std::string>& values) {
  std::string text;
  for (std::size_t i = 0; i < std::min(values.size(), kMaxShown); ++i) {
    text += (text.empty() ? "" : ", ") + values[i];
  }
  if (values.size() > kMaxShown) text += ", ...";
  return text;
}

// The matcher that no series of the metric satisfies, in words; empty: they exclude each other.
std::string Why(const SelectorFacts& facts) {
  for (const core::LabelMatcher& matcher : facts.selector.matchers) {
    const auto known = facts.values.find(matcher.name);
    if (known == facts.values.end()) continue;
    if (known->second.empty()) return facts.selector.metric + " has no label " + matcher.name;
    const bool any = std::any_of(
        known->second.begin(), known->second.end(),
        [&](const std::string& value) { return promql::Matches(matcher, value).value_or(true); });
    if (!any) return "label " + matcher.name + " has the values " + Listed(known->second);
  }
  return "no one series has all of these labels";
}

// What matched once is spelt well.
void CheckStale(const LiveSubject& subject, const SelectorFacts& facts, Report& report) {
  const std::string message = "no sample of " + promql::ToText(facts.selector) + " since " +
                              spec::ToSecondsText(*facts.last);
  const auto near =
      facts.of_metric == 0 ? spec::Suggest(facts.selector.metric, facts.names) : std::nullopt;
  report.Add(
      facts.of_part ? "part-missing" : "stale-series", subject.field + ".indicator", message,
      "see that its target is up and scraped; was " +
          (near ? "the metric renamed to " + *near
                : std::string(facts.of_metric == 0 ? "the metric" : "a label") + " renamed") +
          "?");
}

std::string NearestName(const SelectorFacts& facts) {
  // What is forgotten most is the ending.
  for (const std::string& name : facts.names) {
    if (BaseOf(name) == BaseOf(facts.selector.metric)) return "did you mean " + name + "?";
  }
  const auto near = spec::Suggest(facts.selector.metric, facts.names);
  return near ? "did you mean " + *near + "?"
              : "check its spelling, and that Prometheus scrapes the service";
}

void CheckAbsent(const LiveSubject& subject, const SelectorFacts& facts, Report& report) {
  const std::string field = subject.field + ".indicator";
  if (facts.of_metric == 0) {
    report.Add("missing-series", field, "there is no series called " + facts.selector.metric,
               NearestName(facts));
    return;
  }
  const std::string text = promql::ToText(facts.selector);
  if (facts.of_part) {
    report.Add("part-missing", field, "no series matches " + text + ": " + Why(facts),
               "count from 0 for every outcome when the service starts; check the labels' values");
  } else {
    report.Add("missing-series", field, "no series matches " + text + ": " + Why(facts),
               "correct the matcher");
  }
}

void CheckCohorts(const LiveSubject& subject, Report& report) {
  if (!subject.objective.cohorts || !subject.facts.cohorts) return;
  const core::SloCohorts& cohorts = *subject.objective.cohorts;
  const double values = *subject.facts.cohorts;
  const std::string field = subject.field + ".cohorts";
  if (values == 0) {
    report.Add("cohort-missing", field, "no series of the indicator has the label " + cohorts.by,
               "add the label to the metric, or choose one that it has");
  } else if (values > cohorts.most) {
    report.Add("cohort-too-many", field,
               "label " + cohorts.by + " has " + NumberText(values) + " values and only the " +
                   std::to_string(cohorts.most) + " largest are judged",
               "slice by something coarser, or raise most");
  }
}

}  // namespace

bool IsStale(const ObjectiveFacts& facts) {
  return std::any_of(facts.selectors.begin(), facts.selectors.end(), [](const SelectorFacts& one) {
    return !one.of_part && one.series == 0 && one.last.has_value();
  });
}

void CheckSeries(const LiveSubject& subject, Report& report) {
  const std::string field = subject.field + ".indicator";
  const bool stale = IsStale(subject.facts);
  bool missing = false;
  for (const SelectorFacts& facts : subject.facts.selectors) {
    if (facts.series == 0) {
      missing = missing || !facts.of_part;
      if (facts.last) {
        // A part that ended together with its total has nothing of its own to say.
        if (!facts.of_part || !stale) CheckStale(subject, facts, report);
        continue;
      }
      // A bucket that is not there is reported as a bound that is none.
      const bool bucket = facts.selector.metric.ends_with("_bucket");
      if (!bucket || subject.facts.bounds.empty()) CheckAbsent(subject, facts, report);
      continue;
    }
    if (facts.series > kMaxSeries) {
      report.Add("too-many-series", field,
                 promql::ToText(facts.selector) + " matches " + NumberText(facts.series) +
                     " series, and each window reads all of them",
                 "narrow it, or record it with gate rules");
    }
    if (facts.resetting > 0) {
      report.Add("gauge-as-counter", field,
                 NumberText(facts.resetting) + " series of " + facts.selector.metric +
                     " fell more than " + NumberText(kMaxResets) +
                     " times in the last hour: a gauge, or a process that keeps restarting",
                 "count with a counter; check its restarts");
    }
  }
  if (!missing) CheckCohorts(subject, report);
}

std::vector<Finding> LintLive(const core::ServiceLevelObjective& slo, const LiveFacts& facts,
                              core::TimePoint at) {
  Report report;
  for (std::size_t i = 0; i < slo.objectives.size() && i < facts.objectives.size(); ++i) {
    const LiveSubject subject{slo, slo.objectives[i], facts.objectives[i], ObjectiveField(i), at};
    CheckSeries(subject, report);
    CheckBounds(subject, report);
    CheckCounts(subject, report);
    CheckTraffic(subject, report);
  }
  const core::Duration window = core::NominalLength(slo.window);
  if (facts.retention && *facts.retention < window) {
    report.Add("retention", "spec.window",
               "Prometheus forgets after " + spec::ToText(*facts.retention) +
                   " and the window is " + spec::ToText(window) +
                   ": most of the budget would never be seen",
               "start Prometheus with --storage.tsdb.retention.time of more than " +
                   spec::ToText(window) + ", or promise over a shorter window");
  }
  return report.Take();
}

}  // namespace slogate::lint
