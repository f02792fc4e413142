#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "lint/checks.h"
#include "lint/events_view.h"
#include "lint/lint.h"
#include "promql/selector.h"
#include "promql/writer.h"
#include "slogate/core/budget.h"
#include "spec/text/mistake.h"
#include "spec/text/units.h"

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
    const bool any = std::ranges::any_of(known->second, [&](const std::string& value) {
      return promql::Matches(matcher, value).value_or(true);
    });
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

constexpr double kAllowedBad = 10;  // bad events that would be fine, before none is strange
constexpr std::size_t kMinChunks = 8;
constexpr double kMinEvents = 20;  // of a chunk, for its share to say something
constexpr double kRounding = 1e-9;

// The chunks of all events, added up.
struct Sum {
  double events = 0;
  double bad = 0;
  std::size_t counted = 0;       // chunks
  std::size_t inconsistent = 0;  // chunks whose part was larger than their total
  std::size_t telling = 0;       // chunks with enough events
  double least = std::numeric_limits<double>::infinity();  // bad share of a telling chunk
  double most = 0;
};

Sum Added(const core::BudgetSeries& series) {
  Sum sum;
  for (const core::WindowCounts& chunk : series.chunks) {
    if (chunk.problem == core::CountProblem::kInconsistent) ++sum.inconsistent;
    if (chunk.problem != core::CountProblem::kNone) continue;
    ++sum.counted;
    sum.events += chunk.counts.total;
    sum.bad += chunk.counts.bad;
    if (chunk.counts.total < kMinEvents) continue;
    ++sum.telling;
    sum.least = std::min(sum.least, chunk.counts.bad / chunk.counts.total);
    sum.most = std::max(sum.most, chunk.counts.bad / chunk.counts.total);
  }
  return sum;
}

const core::BudgetSeries* AllEvents(const ObjectiveFacts& facts) {
  if (!facts.reading || facts.reading->source != core::SourceProblem::kNone) return nullptr;
  return facts.reading->series.empty() ? nullptr : &facts.reading->series.front();
}

bool OnlyRatios(const core::BudgetSeries& series) {
  return std::ranges::any_of(
      series.chunks, [](const core::WindowCounts& chunk) { return chunk.bad_ratio.has_value(); });
}

bool AllHaveSeries(const ObjectiveFacts& facts) {
  return !facts.selectors.empty() &&
         std::ranges::all_of(facts.selectors,
                             [](const SelectorFacts& one) { return one.series > 0; });
}

void CheckNothing(const LiveSubject& subject, Report& report) {
  if (!AllHaveSeries(subject.facts)) return;
  const std::string field = subject.field + ".indicator";
  const std::optional<EventsView> view = ViewOf(subject.objective.indicator);
  if (view && IsPromql(*view) && !(view->part.operators.empty() && view->total.operators.empty())) {
    report.Add(
        "labels-never-join", field,
        "every selector has series and the whole gives nothing: the two sides have no labels "
        "in common",
        "put sum(...) around both sides");
  } else {
    report.Add("no-data", field,
               "there are series and not yet two samples of one within the window",
               "wait for a few scrapes; check that the targets are up");
  }
}

// A share that is stuck tells of a count that is not made.
void CheckStuck(const LiveSubject& subject, const Sum& sum, Report& report) {
  const std::string field = subject.field + ".indicator";
  const std::string events = NumberText(std::round(sum.events)) + " events";
  if (sum.bad >= sum.events * (1 - kRounding)) {
    report.Add("stuck-bad", field, "all of " + events + " were bad",
               "check that bad is not good, and that the part has a matcher of its own");
  } else if (sum.bad <= 0 && (1 - subject.objective.target) * sum.events >= kAllowedBad) {
    report.Add("stuck-good", field,
               "not one of " + events + " was bad, where the target would allow " +
                   NumberText(std::floor((1 - subject.objective.target) * sum.events)),
               "cause one bad event and see that it is counted; then raise the target");
  } else if (!IsStale(subject.facts) && sum.bad > 0 && sum.telling >= kMinChunks &&
             sum.most - sum.least < kRounding) {
    report.Add("never-moves", field,
               "the share of bad events was the same all the time, " + PercentText(sum.most),
               "count what happens, not what is configured");
  }
}

constexpr std::size_t kPrefix = 3;  // letters that people seldom mistype

void Ask(const promql::Expression& text, bool of_part, LiveQuestions& questions) {
  for (const promql::SelectorUse& use : text.uses) {
    if (use.selector.metric.empty()) continue;
    const auto known = std::ranges::find_if(
        questions.selectors, [&](const auto& one) { return one.first == use.selector; });
    if (known == questions.selectors.end()) questions.selectors.emplace_back(use.selector, of_part);
  }
}

core::Selector BucketsOf(const EventsView& view) {
  core::Selector buckets =
      view.part.uses.empty() ? view.total.uses.front().selector : view.part.uses.front().selector;
  buckets.metric = view.histogram + "_bucket";
  std::erase_if(buckets.matchers, [](const core::LabelMatcher& one) { return one.name == "le"; });
  return buckets;
}

}  // namespace

bool IsStale(const ObjectiveFacts& facts) {
  return std::ranges::any_of(facts.selectors, [](const SelectorFacts& one) {
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

void CheckBounds(const LiveSubject& subject, Report& report) {
  const std::optional<EventsView> view = ViewOf(subject.objective.indicator);
  const std::vector<double>& bounds = subject.facts.bounds;
  if (!view || !view->threshold || bounds.empty()) return;
  const double threshold = *view->threshold;
  const auto near = [&](double bound) {
    return std::abs(bound - threshold) <= kRounding * std::abs(threshold);
  };
  if (std::ranges::any_of(bounds, near)) return;
  const auto above = std::ranges::lower_bound(bounds, threshold);
  std::string offer;
  if (above != bounds.begin()) offer = NumberText(*std::prev(above));
  if (above != bounds.end()) offer += (offer.empty() ? "" : " or ") + NumberText(*above);
  report.Add("no-boundary", subject.field + ".indicator",
             NumberText(threshold) + " is no bucket boundary of " + view->histogram +
                 ", so the requests below it cannot be counted",
             "take " + offer + ", or add a bucket at " + NumberText(threshold));
}

void CheckCounts(const LiveSubject& subject, Report& report) {
  const core::BudgetSeries* const series = AllEvents(subject.facts);
  if (series == nullptr) {
    if (subject.facts.reading && subject.facts.reading->source == core::SourceProblem::kBadQuery) {
      report.Add("bad-query", subject.field + ".indicator",
                 "Prometheus refuses the query: " + subject.facts.reading->message,
                 "try it in Prometheus' own page, with 5m for the window");
    }
    if (subject.facts.reading && subject.facts.reading->source == core::SourceProblem::kNone) {
      CheckNothing(subject, report);
    }
    return;
  }
  const Sum sum = Added(*series);
  const std::string field = subject.field + ".indicator";
  if (sum.inconsistent > 0) {
    report.Add("part-larger", field,
               "in " + std::to_string(sum.inconsistent) + " of " +
                   std::to_string(series->chunks.size()) +
                   " parts of the window the part is larger than the total",
               "count the same requests in both: the same job, the same stage, the same end");
  }
  if (OnlyRatios(*series)) return;
  if (sum.counted == 0) {
    CheckNothing(subject, report);
  } else if (sum.events > 0) {
    CheckStuck(subject, sum, report);
  } else if (sum.inconsistent == 0 && !IsStale(subject.facts)) {
    report.Add("never-moves", field, "the series are there and counted no event in the window",
               "check that the service counts, and that the matchers choose its traffic");
  }
}

void CheckTraffic(const LiveSubject& subject, Report& report) {
  const core::BudgetSeries* const series = AllEvents(subject.facts);
  const core::SloObjective& objective = subject.objective;
  if (series == nullptr || OnlyRatios(*series) || !objective.alerting.page.enabled) return;
  const core::BudgetTerms terms{objective.target, objective.sla_target, subject.slo.window,
                                objective.alerting.rows, 1};
  const core::BudgetVerdict verdict = core::JudgeBudget(terms, *series, subject.at);
  if (verdict.state == core::BudgetState::kUnknown || verdict.events <= 0) return;
  for (const core::BurnRowReading& row : verdict.rows) {
    if (!row.known || !row.one_event || row.row.severity != core::Severity::kPage) continue;
    report.Add(
        "low-traffic", subject.field,
        "so little happens in " + spec::ToText(row.row.long_window) + " that one bad event pages",
        "count what is more frequent, use longer windows in alerting.burnRates, or turn the page "
        "off");
    return;
  }
}

LiveQuestions QuestionsOf(const core::SloObjective& objective) {
  LiveQuestions questions;
  const std::optional<EventsView> view = ViewOf(objective.indicator);
  if (!view) return questions;
  Ask(view->total, false, questions);
  Ask(view->part, true, questions);
  if (view->threshold) questions.buckets = BucketsOf(*view);
  if (objective.cohorts) questions.cohort_label = objective.cohorts->by;
  return questions;
}

std::string NamesLike(const std::string& metric) {
  const std::size_t underscore = metric.find('_');
  std::string pattern = metric.substr(0, std::min(kPrefix, metric.size())) + ".*";
  if (underscore != std::string::npos && underscore + 1 < metric.size()) {
    pattern += "|[^_]+" + metric.substr(underscore);
  }
  return "{__name__=~" + promql::Quote(pattern) + "}";
}

}  // namespace slogate::lint
