#include "app/cli/author/live_check.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "promql/counted_series.h"
#include "promql/writer.h"
#include "slogate/core/budget.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

constexpr double kMaxSeconds = 1e11;  // of an instant; a little over 3000 years

bool IsPromql(const core::Sli& sli) {
  const auto* plain = std::get_if<core::Indicator>(&sli);
  return std::holds_alternative<core::RatioIndicator>(sli) ||
         (plain != nullptr && std::holds_alternative<core::PromqlIndicator>(*plain));
}

// Asks Prometheus about objectives until something fails; what comes after is left empty.
struct Gatherer {
  const LiveSource& source;
  std::string failure = {};  // why Prometheus did not answer; empty: it did

  lint::LiveFacts FactsOf(const core::ServiceLevelObjective& slo, bool of_tracks) {
    lint::LiveFacts facts;
    for (const core::SloObjective& objective : slo.objectives) {
      lint::ObjectiveFacts one = FactsOf(slo, objective, of_tracks);
      // What was not answered must not look like what is not there.
      if (!failure.empty()) return facts;
      facts.objectives.push_back(std::move(one));
    }
    facts.retention = Kept(source.catalogue.Retention(source.connection))
                          .value_or(std::optional<core::Duration>());
    return facts;
  }

  lint::ObjectiveFacts FactsOf(const core::ServiceLevelObjective& slo,
                               const core::SloObjective& objective, bool of_tracks) {
    const lint::LiveQuestions questions = lint::QuestionsOf(objective);
    lint::ObjectiveFacts facts;
    for (const auto& [selector, of_part] : questions.selectors) {
      facts.selectors.push_back(Inspect(selector, of_part));
      lint::SelectorFacts& latest = facts.selectors.back();
      if (latest.series == 0) latest.last = LastSample(selector, core::NominalLength(slo.window));
    }
    if (questions.buckets) {
      for (const std::string& label : Values(promql::ToText(*questions.buckets), "le")) {
        const std::optional<double> bound = promql::BoundOf(label);
        if (bound && std::isfinite(*bound)) facts.bounds.push_back(*bound);
      }
      std::ranges::sort(facts.bounds);
    }
    if (!questions.cohort_label.empty() && !facts.selectors.empty()) {
      facts.cohorts = static_cast<double>(
          Values(promql::ToText(facts.selectors.front().selector), questions.cohort_label).size());
    }
    if (of_tracks && IsPromql(objective.indicator)) {
      if (failure.empty()) facts.reading = Tried(objective.indicator);
      return facts;
    }
    if (const auto plan = core::PlanBudget(slo, objective, source.now); plan && failure.empty()) {
      facts.reading =
          source.budgets.ReadBudget(slo.name + "/" + objective.name, source.connection, *plan);
      const core::SourceProblem problem = facts.reading->source;
      if (problem != core::SourceProblem::kNone && problem != core::SourceProblem::kBadQuery) {
        failure = facts.reading->message;
      }
    }
    return facts;
  }

  // Whether Prometheus takes the queries of a policy, which are counted over tracks alone.
  std::optional<core::BudgetReading> Tried(const core::Sli& sli) {
    const auto* indicator = std::get_if<core::Indicator>(&sli);
    if (indicator == nullptr) return std::nullopt;
    const auto& queries = std::get<core::PromqlIndicator>(*indicator);
    for (const std::string& query : {queries.total, queries.part}) {
      const auto answer =
          source.catalogue.Groups(source.connection, promql::Fill(query, "5m", {}), {}, source.now);
      if (answer) continue;
      if (answer.error().code != ports::ErrorCode::kInvalidArgument) {
        failure = answer.error().message;
        return std::nullopt;
      }
      core::BudgetReading refused;
      refused.source = core::SourceProblem::kBadQuery;
      refused.message = answer.error().message;
      return refused;
    }
    return std::nullopt;
  }

  // What was answered, or nothing and why not.
  template <typename Answer>
  std::optional<Answer> Kept(ports::Result<Answer> answer) {
    if (answer) return std::move(*answer);
    failure = answer.error().message;
    return std::nullopt;
  }

  std::vector<ports::SeriesGroup> Ask(const std::string& series, const std::vector<std::string>& by,
                                      core::TimePoint at) {
    if (!failure.empty()) return {};
    return Kept(source.catalogue.Groups(source.connection, series, by, at))
        .value_or(std::vector<ports::SeriesGroup>());
  }

  double Count(const std::string& series) {
    double count = 0;
    for (const ports::SeriesGroup& group : Ask(series, {}, source.now)) count += group.series;
    return count;
  }

  std::vector<std::string> Values(const std::string& series, const std::string& label,
                                  std::optional<core::TimePoint> at = std::nullopt) {
    std::vector<std::string> values;
    for (const ports::SeriesGroup& group : Ask(series, {label}, at.value_or(source.now))) {
      const auto found = group.labels.find(label);
      if (found != group.labels.end() && !found->second.empty()) values.push_back(found->second);
    }
    return values;
  }

  // The latest of the times that the expression gives for its series.
  std::optional<core::TimePoint> Latest(const std::string& times, core::TimePoint at) {
    // A label holds the value, since groups of series are all that can be asked for.
    for (const std::string& text : Values("count_values(\"at\", max(" + times + "))", "at", at)) {
      const auto seconds = spec::ParseNumber<double>(text);
      if (!seconds || !(*seconds >= 0 && *seconds < kMaxSeconds)) continue;
      return core::TimePoint(core::Duration(static_cast<std::int64_t>(*seconds * 1000)));
    }
    return std::nullopt;
  }

  // Of a selector without series now. It is looked for in every hour, and then in that hour.
  std::optional<core::TimePoint> LastSample(const core::Selector& selector, core::Duration window) {
    const std::string text = promql::ToText(promql::AnySpelling(selector));
    const std::string exact = "max_over_time(timestamp(" + text + ")[1h:1m])";
    if (const auto recent = Latest(exact, source.now)) return recent;
    const auto hours = std::chrono::ceil<std::chrono::hours>(window).count();
    const auto within = Latest("max_over_time(timestamp(last_over_time(" + text + "[1h]))[" +
                                   std::to_string(hours) + "h:1h])",
                               source.now);
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
    const std::string metric = promql::ToText(core::Selector{selector.metric, {}});
    facts.of_metric = Count(metric);
    if (facts.of_metric == 0) {
      facts.names = Values(lint::NamesLike(selector.metric), "__name__");
      return facts;
    }
    for (const core::LabelMatcher& matcher : selector.matchers) {
      facts.values[matcher.name] = Values(metric, matcher.name);
    }
    return facts;
  }
};

// Series that both tracks select now, whether or not their patterns tell it.
std::vector<lint::Finding> SharedSeries(Gatherer& gatherer, const core::Policy& policy,
                                        const core::ServiceLevelObjective& promised) {
  std::vector<lint::Finding> findings;
  const core::Tracks& tracks = policy.tracks;
  const auto told = [](const lint::Finding& one) { return one.code == "tracks-overlap"; };
  if (!tracks.revision_label.empty() || std::ranges::any_of(lint::Lint(policy), told)) {
    return findings;
  }
  for (std::size_t i = 0; i < promised.objectives.size(); ++i) {
    const auto selectors = lint::QuestionsOf(promised.objectives[i]).selectors;
    if (selectors.empty()) continue;
    core::Selector both = selectors.front().first;
    for (const auto* const matchers : {&tracks.canary, &tracks.baseline}) {
      both.matchers.insert(both.matchers.end(), matchers->begin(), matchers->end());
    }
    const double shared = gatherer.Count(promql::ToText(promql::AnySpelling(both)));
    if (shared == 0) continue;
    findings.push_back(
        {lint::Level::kError, "tracks-overlap", lint::ObjectiveField(i),
         lint::NumberText(shared) + " series of total match both tracks and count for both",
         "give tracks matchers of a label in which canary and baseline differ"});
  }
  return findings;
}

}  // namespace

LiveCheck CheckLive(const LiveSource& source, const core::ServiceLevelObjective& slo,
                    const core::Policy* policy) {
  Gatherer gatherer{source};
  LiveCheck check;
  check.findings = lint::LintLive(slo, gatherer.FactsOf(slo, policy != nullptr), source.now);
  if (policy != nullptr) {
    for (lint::Finding& finding : SharedSeries(gatherer, *policy, slo)) {
      check.findings.push_back(std::move(finding));
    }
  }
  check.failure = std::move(gatherer.failure);
  return check;
}

}  // namespace slogate::app
