#include <utility>

#include "promql/selector.h"
#include "promql/writer.h"
#include "rules/rule_subject.h"
#include "rules/rule_yaml.h"
#include "slogate/core/words.h"
#include "spec/slo/sli_promql.h"

namespace slogate::rules {
namespace {

core::Labels WithWindow(const Subject& subject, const std::string& window) {
  return Merged(subject.labels, {{std::string(spec::kSlothWindow), window}});
}

// Events of a long window, in which the labels of what was recorded may have changed.
std::string SumOver(const Subject& subject, std::string_view bucket, core::Duration length,
                    const std::string& sum = "sum") {
  return sum + "(sum_over_time(" + std::string(bucket) + subject.selector + HalfOpenRange(length) +
         "))";
}

std::string RatioOfSums(const Subject& subject, std::string_view bad, std::string_view total,
                        core::Duration length, const std::string& sum = "sum") {
  return SumOver(subject, bad, length, sum) + " / (" + SumOver(subject, total, length, sum) +
         " > 0)";
}

// A journey is made of its steps' ratios, which cost nothing.
bool IsSummed(const Subject& subject, core::Duration length) {
  return length > spec::kLongestRawWindow && subject.counted &&
         JourneyOf(subject.objective) == nullptr;
}

std::string WindowExpression(const Subject& subject, core::Duration length) {
  return IsSummed(subject, length)
             ? RatioOfSums(subject, spec::kBadBucket, spec::kTotalBucket, length)
             : RatioExpression(subject, spec::PromqlDuration(length));
}

std::string BestWindowExpression(const Subject& subject, core::Duration length) {
  return IsSummed(subject, length)
             ? RatioOfSums(subject, spec::kBestBadBucket, spec::kTotalBucket, length)
             : BestRatioExpression(subject, spec::PromqlDuration(length));
}

// The period's ratio from recorded events, which one NaN costs five minutes at most.
std::string PeriodByCounts(const Subject& subject, std::string_view bad) {
  return Newest(bad, subject.selector) + " / (" + Newest(spec::kPeriodTotal, subject.selector) +
         " > 0)";
}

std::string PeriodByRatios(const Subject& subject) {
  const std::string buckets = spec::RatioName(spec::PromqlDuration(spec::kBucket)) +
                              subject.selector + HalfOpenRange(subject.period);
  return "sum(sum_over_time(" + buckets + ")) / sum(count_over_time(" + buckets + "))";
}

std::string PeriodExpression(const Subject& subject, const std::string& period) {
  if (subject.counted) return PeriodByCounts(subject, spec::kPeriodBad);
  // A mean of means says nothing; a product or sum of the parts' periods does.
  return MeasuredBy(subject.objective) ? PeriodByRatios(subject) : RatioExpression(subject, period);
}

std::string BestPeriodExpression(const Subject& subject, const std::string& period) {
  return subject.counted ? PeriodByCounts(subject, spec::kBestPeriodBad)
                         : BestRatioExpression(subject, period);
}

Rule Record(const Subject& subject, std::string_view name, std::string expression) {
  return {std::string(name), "", std::move(expression), subject.labels, {}};
}

Rule RecordPeriod(const Subject& subject, std::string_view name, std::string_view bucket,
                  const std::string& sum = "sum") {
  return Record(subject, name, SumOver(subject, bucket, subject.period, sum));
}

std::string SumOfCohorts() { return "sum by (" + std::string(spec::kCohortLabel) + ") "; }

// The cohort's label becomes slo_cohort: labels of the SLO may have the same name.
std::string ByCohort(const std::string& expression, const std::string& label) {
  const std::string cohort(spec::kCohortLabel);
  return SumOfCohorts() + "(label_replace(" + expression + ", \"" + cohort + "\", \"$1\", " +
         promql::Quote(label) + ", \"(.*)\"))";
}

RuleGroup Events(const Subject& subject, const Measured& measured, const std::string& label) {
  const spec::SliEvents events = spec::BucketOf(std::get<core::Indicator>(measured), {label});
  RuleGroup group{"slogate-slo-cohort-budget-recordings-" + subject.id, spec::kBucket, {}, {}};
  const std::string bad = std::string(spec::kCohortBadBucket) + subject.selector;
  group.rules.push_back(
      Record(subject, spec::kCohortBadBucket, ByCohort(events.bad, label) + " < +Inf"));
  group.rules.push_back(Record(subject, spec::kCohortTotalBucket,
                               ByCohort(events.total, label) + " < +Inf and on (" +
                                   std::string(spec::kCohortLabel) + ") " + bad));
  const std::string sum = SumOfCohorts();
  group.rules.push_back(
      RecordPeriod(subject, spec::kCohortPeriodTotal, spec::kCohortTotalBucket, sum));
  group.rules.push_back(RecordPeriod(subject, spec::kCohortPeriodBad, spec::kCohortBadBucket, sum));
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
    selector += ", " + std::string(spec::kCohortLabel) + "=" + promql::Quote(own.cohort) + "}";
    targets += target(NewestOfCohorts(spec::kCohortPeriodTotal, selector), own.target) + " or ";
  }
  return targets + target(NewestOfCohorts(spec::kCohortPeriodTotal, subject.selector),
                          subject.objective.target);
}

RuleGroup Ratios(const Subject& subject, const Measured& measured, const std::string& label) {
  RuleGroup group{"slogate-slo-cohort-sli-recordings-" + subject.id, {}, {}, {}};
  for (const core::Duration length : subject.windows) {
    const std::string window = spec::PromqlDuration(length);
    Rule rule = Record(subject, spec::CohortRatioName(window),
                       length > spec::kLongestRawWindow
                           ? RatioOfSums(subject, spec::kCohortBadBucket, spec::kCohortTotalBucket,
                                         length, SumOfCohorts())
                           : ByCohort(spec::RatioPromqlOf(measured, window, {label}), label));
    rule.labels = Merged(rule.labels, {{std::string(spec::kSlothWindow), window}});
    group.rules.push_back(std::move(rule));
  }
  group.rules.push_back(Record(subject, spec::kCohortObjective, Targets(subject)));
  group.rules.push_back(
      Record(subject, spec::kCohortRemaining,
             "1 - " + NewestOfCohorts(spec::kCohortPeriodBad, subject.selector) + " / (" +
                 NewestOfCohorts(spec::kCohortPeriodTotal, subject.selector) +
                 " > 0) / (1 - max by (" + std::string(spec::kCohortLabel) + ") (" +
                 std::string(spec::kCohortObjective) + subject.selector + "))"));
  return group;
}

constexpr double kDay = 24.0 * 3600 * 1000;

std::string_view SpecOf(core::SloForm form) {
  return core::WordOf<core::SloForm::kPyrra>(
      form, {"slogate.dev/v1alpha1", "prometheus/v1", "openslo/v1", "pyrra.dev/v1alpha1"});
}

core::Labels InfoLabels(const Subject& subject) {
  return Merged(subject.labels, {{"sloth_mode", "slogate"},
                                 {"sloth_objective", NumberText(subject.objective.target * 100)},
                                 {"sloth_spec", std::string(SpecOf(subject.slo.form))},
                                 {"sloth_version", "slogate-" SLOGATE_VERSION}});
}

void AddGroups(const Subject& subject, std::vector<RuleGroup>& groups) {
  const bool counted = subject.counted;
  if (counted) groups.push_back(BudgetRecordings(subject));
  groups.push_back(SliRecordings(subject));
  groups.push_back(MetaRecordings(subject));
  std::vector<RuleGroup> cohorts = CohortRecordings(subject);
  if (subject.objective.cohorts && cohorts.empty()) {
    groups.back().remarks.push_back(
        "Cohorts are left out: only counters of the objective itself tell them apart.");
  }
  for (RuleGroup& cohort : cohorts) groups.push_back(std::move(cohort));
  RuleGroup alerts = AlertRules(subject);
  if (!alerts.rules.empty()) {
    groups.push_back(std::move(alerts));
    return;
  }
  for (std::string& remark : alerts.remarks) groups.back().remarks.push_back(std::move(remark));
}

}  // namespace

RuleGroup SliRecordings(const Subject& subject) {
  RuleGroup group{"sloth-slo-sli-recordings-" + subject.id, {}, {}, {}};
  const bool bounded = BoundedBy(subject.objective) != nullptr;
  const bool ratio_only = MeasuredBy(subject.objective) && !subject.counted;
  for (const core::Duration length : subject.windows) {
    const std::string window = spec::PromqlDuration(length);
    const core::Labels labels = WithWindow(subject, window);
    group.rules.push_back({spec::RatioName(window),
                           "",
                           WindowExpression(subject, length) + (ratio_only ? " < +Inf" : ""),
                           labels,
                           {}});
    if (!bounded) continue;
    group.rules.push_back(
        {spec::BestRatioName(window), "", BestWindowExpression(subject, length), labels, {}});
  }
  const std::string period = spec::PromqlDuration(subject.period);
  const core::Labels labels = WithWindow(subject, period);
  group.rules.push_back(
      {spec::RatioName(period), "", PeriodExpression(subject, period), labels, {}});
  if (bounded) {
    group.rules.push_back(
        {spec::BestRatioName(period), "", BestPeriodExpression(subject, period), labels, {}});
  }
  if (ratio_only) {
    group.remarks.push_back("Only ratios are known: the ratio of " + period +
                            " is a mean of ratios, in which a quiet hour weighs as much as a "
                            "busy one.");
  }
  if (std::holds_alternative<core::CalendarUnit>(subject.slo.window)) {
    group.remarks.push_back("The budget window follows the calendar; these rules cover " + period +
                            " from any moment. gate check counts from the boundary.");
  }
  return group;
}

RuleGroup BudgetRecordings(const Subject& subject) {
  RuleGroup group{"slogate-slo-budget-recordings-" + subject.id, spec::kBucket, {}, {}};
  for (const BucketRule& bucket : BucketRules(subject)) {
    group.rules.push_back(Record(subject, bucket.record, bucket.expression));
  }
  group.rules.push_back(RecordPeriod(subject, spec::kPeriodTotal, spec::kTotalBucket));
  group.rules.push_back(RecordPeriod(subject, spec::kPeriodBad, spec::kBadBucket));
  if (BoundedBy(subject.objective) != nullptr) {
    group.rules.push_back(RecordPeriod(subject, spec::kBestPeriodBad, spec::kBestBadBucket));
  }
  return group;
}

std::vector<RuleGroup> CohortRecordings(const Subject& subject) {
  const std::optional<Measured> measured = MeasuredBy(subject.objective);
  if (!subject.objective.cohorts || !measured || !subject.counted ||
      !promql::IsLabelName(subject.objective.cohorts->by)) {
    return {};
  }
  const std::string& label = subject.objective.cohorts->by;
  return {Events(subject, *measured, label), Ratios(subject, *measured, label)};
}

RuleGroup MetaRecordings(const Subject& subject) {
  RuleGroup group{"sloth-slo-meta-recordings-" + subject.id, {}, {}, {}};
  const auto add = [&](std::string_view record, std::string expression) {
    group.rules.push_back(Record(subject, record, std::move(expression)));
  };
  const std::string budget = BudgetText(subject.objective.target);
  const std::string period = spec::PromqlDuration(subject.period);
  const auto recorded = [&](const std::string& name) { return name + subject.selector; };
  add(spec::kObjectiveRatio, "vector(" + NumberText(subject.objective.target) + ")");
  add(spec::kErrorBudgetRatio, "vector(1 - " + NumberText(subject.objective.target) + ")");
  add(spec::kPeriodDays,
      "vector(" + NumberText(static_cast<double>(subject.period.count()) / kDay) + ")");
  add(spec::kCurrentBurn,
      recorded(spec::RatioName(spec::PromqlDuration(spec::kBucket))) + " / " + budget);
  add(spec::kPeriodBurn, recorded(spec::RatioName(period)) + " / " + budget);
  add(spec::kBudgetRemaining, "1 - " + recorded(std::string(spec::kPeriodBurn)));
  if (BoundedBy(subject.objective) != nullptr) {
    add(spec::kBestRemaining, "1 - " + recorded(spec::BestRatioName(period)) + " / " + budget);
  }
  if (subject.counted) {
    add(spec::kBudgetEvents, budget + " * " + Newest(spec::kPeriodTotal, subject.selector));
  }
  if (subject.objective.sla_target) {
    const double sla = *subject.objective.sla_target;
    add(spec::kSlaRatio, "vector(" + NumberText(sla) + ")");
    add(spec::kSlaRemaining, "1 - " + recorded(spec::RatioName(period)) + " / " + BudgetText(sla));
  }
  group.rules.push_back({std::string(spec::kSlothInfo), "", "vector(1)", InfoLabels(subject), {}});
  return group;
}

std::vector<RuleGroup> RulesOf(const core::ServiceLevelObjective& slo) {
  std::vector<RuleGroup> groups;
  for (const core::SloObjective& objective : slo.objectives) {
    AddGroups(SubjectOf(slo, objective), groups);
  }
  return groups;
}

}  // namespace slogate::rules
