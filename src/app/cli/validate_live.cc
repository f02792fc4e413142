#include "app/cli/validate_live.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "slogate/core/budget.h"
#include "spec/bucket_bound.h"
#include "spec/selector_text.h"

namespace slogate::app {
namespace {

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

  lint::ObjectiveFacts Look(const core::ServiceLevelObjective& slo,
                            const core::SloObjective& objective, bool of_arms) {
    const lint::LiveQuestions questions = lint::QuestionsOf(objective);
    lint::ObjectiveFacts facts;
    for (const auto& [selector, of_part] : questions.selectors) {
      facts.selectors.push_back(LookAt(selector, of_part));
    }
    if (questions.buckets) facts.bounds = Bounds(*questions.buckets);
    if (!questions.cohort_label.empty() && !facts.selectors.empty()) {
      facts.cohorts = static_cast<double>(
          Values(spec::ToText(facts.selectors.front().selector), questions.cohort_label).size());
    }
    if (of_arms && IsPromql(objective.indicator)) return facts;
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
  Groups Ask(const std::string& series, const std::vector<std::string>& by) {
    if (!failure_.empty()) return {};
    ports::Result<Groups> groups = sources_.catalogue.Groups(sources_.connection, series, by, now_);
    if (groups) return std::move(*groups);
    failure_ = groups.error().message;
    return {};
  }

  double Count(const std::string& series) {
    double count = 0;
    for (const ports::SeriesGroup& group : Ask(series, {})) count += group.series;
    return count;
  }

  std::vector<std::string> Values(const std::string& series, const std::string& label) {
    std::vector<std::string> values;
    for (const ports::SeriesGroup& group : Ask(series, {label})) {
      const auto found = group.labels.find(label);
      if (found != group.labels.end() && !found->second.empty()) values.push_back(found->second);
    }
    return values;
  }

  lint::SelectorFacts LookAt(const core::Selector& selector, bool of_part) {
    lint::SelectorFacts facts;
    facts.selector = selector;
    facts.of_part = of_part;
    const std::string text = spec::ToText(selector);
    facts.series = Count(text);
    if (facts.series > 0) {
      facts.of_metric = facts.series;
      facts.resetting = Count("resets(" + text + "[1h]) > " +
                              std::to_string(static_cast<int>(lint::kMostResets)));
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
    for (const std::string& label : Values(spec::ToText(buckets), "le")) {
      const std::optional<double> bound = spec::BoundOf(label);
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

LiveGathering GatherFacts(const core::ServiceLevelObjective& slo, bool of_arms,
                          const LiveSources& sources, core::TimePoint now) {
  Gatherer gatherer(sources, now);
  LiveGathering gathering;
  for (const core::SloObjective& objective : slo.objectives) {
    lint::ObjectiveFacts facts = gatherer.Look(slo, objective, of_arms);
    // What was not answered must not look like what is not there.
    if (!gatherer.failure().empty()) break;
    gathering.facts.objectives.push_back(std::move(facts));
  }
  gathering.facts.retention = gatherer.Retention();
  gathering.failure = gatherer.failure();
  return gathering;
}

}  // namespace slogate::app
