#include "rules/groups.h"
#include "rules/number_text.h"
#include "rules/sli_events.h"
#include "spec/names.h"
#include "spec/promql_string.h"
#include "spec/recorded_names.h"
#include "spec/sli_promql.h"

namespace slogate::rules {
namespace {

// The cohort's label becomes slo_cohort: labels of the SLO may have the same name.
std::string ByCohort(const std::string& expression, const std::string& label) {
  const std::string cohort(spec::kCohortLabel);
  return "sum by (" + cohort + ") (label_replace(" + expression + ", \"" + cohort +
         "\", \"$1\", \"" + label + "\", \"(.*)\"))";
}

Rule Record(const Subject& subject, std::string_view name, std::string expression) {
  return {std::string(name), "", std::move(expression), subject.labels, {}};
}

RuleGroup Events(const Subject& subject, const Measured& measured, const std::string& label) {
  const std::string window = spec::PromqlDuration(spec::kTile);
  const spec::SliPromql promql = spec::PromqlOf(measured, window, {label});
  RuleGroup group{"slogate-slo-cohort-budget-recordings-" + subject.id, spec::kTile, {}, {}};
  const std::string bad = std::string(spec::kCohortBadTile) + subject.selector;
  group.rules.push_back(
      Record(subject, spec::kCohortBadTile, ByCohort(promql.bad, label) + " < +Inf"));
  group.rules.push_back(Record(subject, spec::kCohortTotalTile,
                               ByCohort(promql.total, label) + " < +Inf and on (" +
                                   std::string(spec::kCohortLabel) + ") " + bad));
  const auto add_period = [&](std::string_view record, std::string_view tile) {
    group.rules.push_back(Record(subject, record,
                                 "sum_over_time(" + std::string(tile) + subject.selector +
                                     HalfOpenRange(subject.period) + ")"));
  };
  add_period(spec::kCohortPeriodTotal, spec::kCohortTotalTile);
  add_period(spec::kCohortPeriodBad, spec::kCohortBadTile);
  return group;
}

// The target of every cohort that there is: its own, or the objective's.
std::string Targets(const Subject& subject) {
  const auto target = [](const std::string& series, double value) {
    const std::string number = NumberText(value);
    return "clamp(" + series + ", " + number + ", " + number + ")";
  };
  std::string targets;
  for (const core::CohortTarget& own : subject.objective.cohorts->targets) {
    std::string selector = subject.selector;
    selector.pop_back();
    selector +=
        ", " + std::string(spec::kCohortLabel) + "=" + spec::QuotePromqlString(own.cohort) + "}";
    targets += target(Newest(spec::kCohortPeriodTotal, selector), own.target) + " or ";
  }
  return targets +
         target(Newest(spec::kCohortPeriodTotal, subject.selector), subject.objective.target);
}

RuleGroup Ratios(const Subject& subject, const Measured& measured, const std::string& label) {
  RuleGroup group{"slogate-slo-cohort-sli-recordings-" + subject.id, {}, {}, {}};
  for (const core::Duration length : subject.windows) {
    const std::string window = spec::PromqlDuration(length);
    Rule rule = Record(subject, spec::CohortRatioName(window),
                       ByCohort(spec::PromqlOf(measured, window, {label}).ratio, label));
    rule.labels = Merged(rule.labels, {{std::string(spec::kSlothWindow), window}});
    group.rules.push_back(std::move(rule));
  }
  group.rules.push_back(Record(subject, spec::kCohortObjective, Targets(subject)));
  group.rules.push_back(Record(subject, spec::kCohortRemaining,
                               "1 - " + Newest(spec::kCohortPeriodBad, subject.selector) + " / (" +
                                   Newest(spec::kCohortPeriodTotal, subject.selector) +
                                   " > 0) / (1 - " + std::string(spec::kCohortObjective) +
                                   subject.selector + ")"));
  return group;
}

}  // namespace

std::vector<RuleGroup> CohortRecordings(const Subject& subject) {
  const std::optional<Measured> measured = MeasuredBy(subject.objective);
  if (!subject.objective.cohorts || !measured || !IsCounted(subject) ||
      !spec::IsLabelName(subject.objective.cohorts->by)) {
    return {};
  }
  const std::string& label = subject.objective.cohorts->by;
  return {Events(subject, *measured, label), Ratios(subject, *measured, label)};
}

}  // namespace slogate::rules
