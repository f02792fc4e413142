#include "adapters/prometheus/pyrra_series.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <variant>

#include "adapters/prometheus/promql.h"
#include "spec/bucket_bound.h"
#include "spec/duration_text.h"
#include "spec/selector_text.h"

namespace slogate::adapters::prometheus {
namespace {

using Op = core::LabelMatcher::Op;

constexpr core::Duration kWeek = std::chrono::hours(24 * 7);
constexpr core::Duration kYear = std::chrono::hours(24 * 365);

std::string Without(std::string metric, std::string_view ending) {
  if (metric.ends_with(ending)) metric.resize(metric.size() - ending.size());
  return metric;
}

std::string BurnBase(const std::string& metric) {
  return Without(Without(metric, "_total"), "_count");
}

std::string IncreaseBase(const std::string& metric) { return Without(BurnBase(metric), "_bucket"); }

// Years and weeks only where they are exact, all other units together.
std::string WindowText(core::Duration window) {
  if (window % kYear == core::Duration(0)) return std::to_string(window / kYear) + "y";
  if (window % kWeek == core::Duration(0)) return std::to_string(window / kWeek) + "w";
  return spec::ToText(window);
}

bool Names(const core::Selector& selector, std::string_view label) {
  return std::any_of(selector.matchers.begin(), selector.matchers.end(),
                     [&](const core::LabelMatcher& matcher) { return matcher.name == label; });
}

struct Counters {
  core::Selector total;
  core::Selector part;
  PartMeaning meaning = PartMeaning::kBad;
};

std::optional<Counters> CountersOf(const core::Indicator& indicator) {
  if (const auto* counters = std::get_if<core::CounterIndicator>(&indicator)) {
    return Counters{spec::AnySpelling(counters->total), spec::AnySpelling(counters->part),
                    counters->part_is_good ? PartMeaning::kGood : PartMeaning::kBad};
  }
  if (const auto* histogram = std::get_if<core::HistogramIndicator>(&indicator)) {
    Counters counters{histogram->histogram, histogram->histogram, PartMeaning::kGoodKnown};
    counters.total.metric += "_count";
    counters.part.metric += "_bucket";
    counters.part.matchers.push_back({"le", Op::kMatch, spec::RegexOfBound(histogram->threshold)});
    return counters;
  }
  return std::nullopt;
}

// All events and those of a bucket are recorded under one name, apart by `le` alone.
core::Selector Increases(core::Selector counter, const core::BudgetPlan& plan) {
  if (!Names(counter, "le")) counter.matchers.push_back({"le", Op::kEqual, ""});
  counter.matchers.push_back({"slo", Op::kEqual, plan.objective});
  counter.metric = IncreaseBase(counter.metric) + ":increase" + WindowText(plan.period);
  return counter;
}

// Of the total's matchers only equalities are labels of a burn rate.
std::vector<core::LabelMatcher> Burns(const core::Selector& total, const core::BudgetPlan& plan) {
  const std::string name = EscapeRegex(BurnBase(total.metric)) + std::string(kPyrraBurn) + ".+";
  std::vector<core::LabelMatcher> matchers = {{"__name__", Op::kMatch, name},
                                              {"slo", Op::kEqual, plan.objective}};
  std::copy_if(total.matchers.begin(), total.matchers.end(), std::back_inserter(matchers),
               [](const core::LabelMatcher& matcher) { return matcher.op == Op::kEqual; });
  return matchers;
}

std::string NewestSum(const core::Selector& selector, std::string_view range) {
  return "sum(last_over_time(" + spec::ToText(selector) + std::string(range) + "))";
}

}  // namespace

std::optional<PyrraSeries> PyrraSeriesOf(const core::BudgetPlan& plan) {
  const auto* indicator = std::get_if<core::Indicator>(&plan.indicator);
  const auto counters = indicator == nullptr ? std::nullopt : CountersOf(*indicator);
  if (!counters) return std::nullopt;
  return PyrraSeries{Increases(counters->total, plan), Increases(counters->part, plan),
                     counters->meaning, Burns(counters->total, plan)};
}

std::string PyrraQuery(const PyrraSeries& series, std::string_view range) {
  return Tagged(NewestSum(series.total, range), std::string(kPyrraTotal)) + " or " +
         Tagged(NewestSum(series.part, range), std::string(kPyrraPart)) + " or last_over_time({" +
         spec::ToText(series.burns) + "}" + std::string(range) + ")";
}

}  // namespace slogate::adapters::prometheus
