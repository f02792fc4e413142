#include "adapters/prometheus/budget/budget_parts.h"

#include <utility>

#include "promql/bucket_bound.h"
#include "promql/selector.h"
#include "promql/writer.h"
#include "spec/slo/recorded_names.h"

namespace slogate::adapters::prometheus {
namespace {

struct Texts {
  std::string total;
  std::string part;
  PartMeaning meaning = PartMeaning::kBad;
};

PartMeaning MeaningOf(bool part_is_good) {
  return part_is_good ? PartMeaning::kGood : PartMeaning::kBad;
}

// Texts of an indicator's series, with these matchers besides its own.
struct TextsWith {
  const std::vector<core::LabelMatcher>& matchers;

  std::string TextOf(core::Selector selector, const char* suffix = "") const {
    selector.metric += suffix;
    selector.matchers.insert(selector.matchers.end(), matchers.begin(), matchers.end());
    return promql::ToText(selector);
  }

  Texts operator()(const core::CounterIndicator& counters) const {
    return {TextOf(promql::AnySpelling(counters.total)), TextOf(promql::AnySpelling(counters.part)),
            MeaningOf(counters.part_is_good)};
  }

  Texts operator()(const core::HistogramIndicator& histogram) const {
    core::Selector bucket = histogram.histogram;
    bucket.matchers.push_back(
        {"le", core::LabelMatcher::Op::kMatch, promql::RegexOfBound(histogram.threshold)});
    return {TextOf(histogram.histogram, "_count"), TextOf(std::move(bucket), "_bucket"),
            PartMeaning::kGoodKnown};
  }

  // Its series are known to Prometheus alone: they are narrowed where it says {{.track}}.
  Texts operator()(const core::PromqlIndicator& promql) const {
    return {promql.total, promql.part, MeaningOf(promql.part_is_good)};
  }

  Texts operator()(const core::ScoreIndicator& score) const {
    return {TextOf(score.total), TextOf(score.sum), PartMeaning::kGoodKnown};
  }

  Texts operator()(const core::ScoreHistogramIndicator& score) const {
    return {TextOf(score.histogram, "_count"), TextOf(score.histogram, "_sum"),
            PartMeaning::kGoodKnown};
  }
};

}  // namespace

BudgetParts::BudgetParts(const core::Indicator& indicator,
                         const std::vector<core::LabelMatcher>& matchers,
                         const std::string& cohort_label)
    : matchers_(matchers) {
  Texts texts = std::visit(TextsWith{matchers}, indicator);
  total_ = std::move(texts.total);
  part_ = std::move(texts.part);
  meaning_ = texts.meaning;
  if (const auto* promql = std::get_if<core::PromqlIndicator>(&indicator)) {
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
          over("sum_over_time", spec::kBadBucket, spec::kCohortBadBucket), PartMeaning::kBad,
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
