#include "adapters/prometheus/budget/budget_parts.h"

#include "promql/counted_series.h"
#include "promql/selector.h"
#include "promql/writer.h"
#include "spec/slo/recorded_names.h"

namespace slogate::adapters::prometheus {
namespace {

std::string TextWith(core::Selector selector, const std::vector<core::LabelMatcher>& matchers) {
  selector.matchers.insert(selector.matchers.end(), matchers.begin(), matchers.end());
  return promql::ToText(selector);
}

}  // namespace

BudgetParts::BudgetParts(const core::Indicator& indicator,
                         const std::vector<core::LabelMatcher>& matchers,
                         const std::string& cohort_label)
    : matchers_(matchers) {
  if (const auto series = promql::CountedSeriesOf(indicator)) {
    total_ = TextWith(series->total, matchers);
    part_ = TextWith(series->part, matchers);
    meaning_ = series->meaning;
  } else if (const auto* promql = std::get_if<core::PromqlIndicator>(&indicator)) {
    // Its series are known to Prometheus alone: they are narrowed where it says {{.track}}.
    total_ = promql->total;
    part_ = promql->part;
    meaning_ = promql->part_is_good ? promql::PartMeaning::kGood : promql::PartMeaning::kBad;
    free_text_ = true;
    per_second_ = promql->per_second;
  }
  if (promql::IsLabelName(cohort_label)) by_ = " by (" + cohort_label + ")";
}

PartQueries BudgetParts::Over(core::Duration window, NotNumbers not_numbers) const {
  return {Sum(total_, window, not_numbers), Sum(part_, window, not_numbers), meaning_, {}, false};
}

std::string BudgetParts::Seen(core::Duration window) const {
  if (free_text_) return Sum(total_, window, NotNumbers::kLeaveOut);
  return "count(count_over_time(" + total_ + "[" + promql::DurationText(window) + "]))";
}

std::string BudgetParts::Sum(const std::string& text, core::Duration window,
                             NotNumbers not_numbers) const {
  std::string vector = free_text_
                           ? "(" + promql::Fill(text, promql::DurationText(window), matchers_) + ")"
                           : "increase(" + text + "[" + promql::DurationText(window) + "])";
  if (not_numbers == NotNumbers::kLeaveOut) vector += " >= 0";
  std::string sum = "sum" + by_ + "(" + vector + ")";
  if (!per_second_) return sum;
  // In whole milliseconds, since a window need not be whole seconds.
  return sum + " * " + std::to_string(window.count()) + " / 1000";
}

PartQueries BucketsOver(core::Duration window, const std::string& service,
                        const std::string& objective, const std::string& cohort_label) {
  // One millisecond less, since a range is closed on the left before Prometheus 3.
  const std::string range = "[" + promql::DurationText(window - core::Duration(1)) + "]";
  const bool cohorts = promql::IsLabelName(cohort_label);
  const auto over = [&](const std::string& function, std::string_view all,
                        std::string_view by_cohort) {
    const auto values = [&](std::string_view name) {
      return "(" + function + "(" +
             RecordedSelector("__name__=" + promql::Quote(name), service, objective) + range + "))";
    };
    const std::string sum = "sum" + values(all);
    if (!cohorts) return sum;
    const std::string label(spec::kCohortLabel);
    return "(" + sum + " or label_replace(sum by (" + label + ")" + values(by_cohort) + ", \"" +
           cohort_label + "\", \"$1\", \"" + label + "\", \"(.*)\"))";
  };
  return {over("sum_over_time", spec::kTotalBucket, spec::kCohortTotalBucket),
          over("sum_over_time", spec::kBadBucket, spec::kCohortBadBucket),
          promql::PartMeaning::kBad,
          over("count_over_time", spec::kTotalBucket, spec::kCohortTotalBucket), true};
}

std::string RecordedSelector(const std::string& matchers, const std::string& service,
                             const std::string& objective) {
  return "{" + matchers + "," + std::string(spec::kSlothService) + "=" + promql::Quote(service) +
         "," + std::string(spec::kSlothSlo) + "=" + promql::Quote(objective) + "}";
}

std::string Tagged(const std::string& expression, const std::string& tag) {
  return "label_replace(" + expression + ", \"" + kTag + "\", \"" + tag + "\", \"\", \"\")";
}

}  // namespace slogate::adapters::prometheus
