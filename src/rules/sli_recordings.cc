#include "rules/groups.h"
#include "rules/sli_events.h"
#include "spec/slo/recorded_names.h"
#include "spec/slo/sli_promql.h"

namespace slogate::rules {
namespace {

core::Labels WithWindow(const Subject& subject, const std::string& window) {
  return Merged(subject.labels, {{std::string(spec::kSlothWindow), window}});
}

// The period's ratio from recorded events, which one NaN costs five minutes at most.
std::string PeriodByCounts(const Subject& subject, std::string_view bad) {
  return Newest(bad, subject.selector) + " / (" + Newest(spec::kPeriodTotal, subject.selector) +
         " > 0)";
}

std::string PeriodByRatios(const Subject& subject) {
  const std::string buckets = spec::RatioName(spec::PromqlDuration(spec::kBucket)) +
                              subject.selector + HalfOpenRange(subject.period);
  return "sum_over_time(" + buckets + ") / count_over_time(" + buckets + ")";
}

std::string PeriodExpression(const Subject& subject, const std::string& period) {
  if (IsCounted(subject)) return PeriodByCounts(subject, spec::kPeriodBad);
  // A mean of means says nothing; a product or sum of the parts' periods does.
  return MeasuredBy(subject.objective) ? PeriodByRatios(subject) : RatioExpression(subject, period);
}

std::string BestPeriodExpression(const Subject& subject, const std::string& period) {
  return IsCounted(subject) ? PeriodByCounts(subject, spec::kBestPeriodBad)
                            : BestRatioExpression(subject, period);
}

}  // namespace

RuleGroup SliRecordings(const Subject& subject) {
  RuleGroup group{"sloth-slo-sli-recordings-" + subject.id, {}, {}, {}};
  const bool bounded = BoundedBy(subject.objective) != nullptr;
  const bool ratio_only = MeasuredBy(subject.objective) && !IsCounted(subject);
  for (const core::Duration length : subject.windows) {
    const std::string window = spec::PromqlDuration(length);
    const core::Labels labels = WithWindow(subject, window);
    group.rules.push_back({spec::RatioName(window),
                           "",
                           RatioExpression(subject, window) + (ratio_only ? " < +Inf" : ""),
                           labels,
                           {}});
    if (!bounded) continue;
    group.rules.push_back(
        {spec::BestRatioName(window), "", BestRatioExpression(subject, window), labels, {}});
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

}  // namespace slogate::rules
