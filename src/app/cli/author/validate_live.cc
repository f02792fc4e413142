#include "app/cli/author/validate_live.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "promql/counted_series.h"
#include "promql/writer.h"
#include "slogate/core/budget.h"

namespace slogate::app {
namespace {

constexpr double kMaxSeconds = 1e11;  // of an instant; a little over 3000 years

using Groups = std::vector<ports::SeriesGroup>;

bool IsPromql(const core::Sli& sli) {
  if (std::holds_alternative<core::RatioIndicator>(sli)) return true;
  const auto* indicator = std::get_if<core::Indicator>(&sli);
  return indicator != nullptr && std::holds_alternative<core::PromqlIndicator>(*indicator);
}

// Asks until something fails; what comes after is left empty.
class Gatherer {
 public:
  Gatherer(const LiveSources& sources, core::TimePoint now) : sources_(sources), now_(now) {}

  lint::ObjectiveFacts FactsOf(const core::ServiceLevelObjective& slo,
                               const core::SloObjective& objective, bool of_tracks) {
    const lint::LiveQuestions questions = lint::QuestionsOf(objective);
    lint::ObjectiveFacts facts;
    for (const auto& [selector, of_part] : questions.selectors) {
      facts.selectors.push_back(Inspect(selector, of_part));
      lint::SelectorFacts& latest = facts.selectors.back();
      if (latest.series == 0) latest.last = LastSample(selector, core::NominalLength(slo.window));
    }
    if (questions.buckets) facts.bounds = Bounds(*questions.buckets);
    if (!questions.cohort_label.empty() && !facts.selectors.empty()) {
      facts.cohorts = static_cast<double>(
          Values(promql::ToText(facts.selectors.front().selector), questions.cohort_label).size());
    }
    if (of_tracks && IsPromql(objective.indicator)) return facts;
    if (const auto plan = core::PlanBudget(slo, objective, now_); plan && failure_.empty()) {
      facts.reading =
          sources_.budgets.ReadBudget(slo.name + "/" + objective.name, sources_.connection, *plan);
      const core::SourceProblem problem = facts.reading->source;
      if (problem != core::SourceProblem::kNone && problem != core::SourceProblem::kBadQuery) {
        failure_ = facts.reading->message;
      }
    }
    return facts;
  }

  std::optional<core::Duration> Retention() {
    if (!failure_.empty()) return std::nullopt;
    auto retention = sources_.catalogue.Retention(sources_.connection);
    if (retention) return *retention;
    failure_ = retention.error().message;
    return std::nullopt;
  }

  const std::string& failure() const { return failure_; }

 private:
  Groups Ask(const std::string& series, const std::vector<std::string>& by, core::TimePoint now) {
    if (!failure_.empty()) return {};
    ports::Result<Groups> groups = sources_.catalogue.Groups(sources_.connection, series, by, now);
    if (groups) return std::move(*groups);
    failure_ = groups.error().message;
    return {};
  }

  double Count(const std::string& series) {
    double count = 0;
    for (const ports::SeriesGroup& group : Ask(series, {}, now_)) count += group.series;
    return count;
  }

  std::vector<std::string> Values(const std::string& series, const std::string& label,
                                  std::optional<core::TimePoint> now = std::nullopt) {
    std::vector<std::string> values;
    for (const ports::SeriesGroup& group : Ask(series, {label}, now.value_or(now_))) {
      const auto found = group.labels.find(label);
      if (found != group.labels.end() && !found->second.empty()) values.push_back(found->second);
    }
    return values;
  }

  // The latest of the times that the expression gives for its series.
  std::optional<core::TimePoint> Latest(const std::string& times, core::TimePoint now) {
    // A label holds the value, since groups of series are all that can be asked for.
    const std::string label = "at";
    for (const std::string& text :
         Values("count_values(\"" + label + "\", max(" + times + "))", label, now)) {
      double seconds = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
      if (read.ec != std::errc() || !(seconds >= 0 && seconds < kMaxSeconds)) continue;
      return core::TimePoint(core::Duration(static_cast<std::int64_t>(seconds * 1000)));
    }
    return std::nullopt;
  }

  // Of a selector without series now. It is looked for in every hour, and then in that hour.
  std::optional<core::TimePoint> LastSample(const core::Selector& selector, core::Duration window) {
    const std::string text = promql::ToText(promql::AnySpelling(selector));
    const std::string exact = "max_over_time(timestamp(" + text + ")[1h:1m])";
    if (const auto recent = Latest(exact, now_)) return recent;
    const auto hours = std::chrono::ceil<std::chrono::hours>(window).count();
    const auto within = Latest("max_over_time(timestamp(last_over_time(" + text + "[1h]))[" +
                                   std::to_string(hours) + "h:1h])",
                               now_);
    return within ? Latest(exact, *within) : std::nullopt;
  }

  lint::SelectorFacts Inspect(const core::Selector& selector, bool of_part) {
    lint::SelectorFacts facts;
    facts.selector = selector;
    facts.of_part = of_part;
    const std::string text = promql::ToText(promql::AnySpelling(selector));
    facts.series = Count(text);
    if (facts.series > 0) {
      facts.of_metric = facts.series;
      facts.resetting =
          Count("resets(" + text + "[1h]) > " + std::to_string(static_cast<int>(lint::kMaxResets)));
      return facts;
    }
    facts.of_metric = Count(selector.metric);
    if (facts.of_metric == 0) {
      facts.names = Values(lint::NamesLike(selector.metric), "__name__");
      return facts;
    }
    for (const core::LabelMatcher& matcher : selector.matchers) {
      facts.values[matcher.name] = Values(selector.metric, matcher.name);
    }
    return facts;
  }

  std::vector<double> Bounds(const core::Selector& buckets) {
    std::vector<double> bounds;
    for (const std::string& label : Values(promql::ToText(buckets), "le")) {
      const std::optional<double> bound = promql::BoundOf(label);
      if (bound && std::isfinite(*bound)) bounds.push_back(*bound);
    }
    std::sort(bounds.begin(), bounds.end());
    return bounds;
  }

  const LiveSources& sources_;
  const core::TimePoint now_;
  std::string failure_;
};

}  // namespace

LiveGathering GatherFacts(const core::ServiceLevelObjective& slo, bool of_tracks,
                          const LiveSources& sources, core::TimePoint now) {
  Gatherer gatherer(sources, now);
  LiveGathering gathering;
  for (const core::SloObjective& objective : slo.objectives) {
    lint::ObjectiveFacts facts = gatherer.FactsOf(slo, objective, of_tracks);
    // What was not answered must not look like what is not there.
    if (!gatherer.failure().empty()) break;
    gathering.facts.objectives.push_back(std::move(facts));
  }
  gathering.facts.retention = gatherer.Retention();
  gathering.failure = gatherer.failure();
  return gathering;
}

}  // namespace slogate::app
