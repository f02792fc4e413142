#include "adapters/prometheus/fetch_plan.h"

#include <algorithm>

#include "adapters/prometheus/promql.h"

namespace slogate::adapters::prometheus {
namespace {

using core::LabelMatcher;
using Matchers = std::vector<LabelMatcher>;

bool IsRegex(const LabelMatcher& matcher) {
  switch (matcher.op) {
    case LabelMatcher::Op::kEqual:
    case LabelMatcher::Op::kNotEqual:
      return false;
    case LabelMatcher::Op::kMatch:
    case LabelMatcher::Op::kNotMatch:
      return true;
  }
  return true;
}

bool Contains(const Matchers& matchers, const LabelMatcher& wanted) {
  return std::find(matchers.begin(), matchers.end(), wanted) != matchers.end();
}

bool RegexesWithin(const Matchers& inner, const Matchers& outer) {
  return std::all_of(inner.begin(), inner.end(), [&](const LabelMatcher& matcher) {
    return !IsRegex(matcher) || Contains(outer, matcher);
  });
}

Matchers Joined(Matchers first, const Matchers& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::size_t IndexOf(std::vector<std::string>& list, std::string text) {
  const auto found = std::find(list.begin(), list.end(), text);
  if (found != list.end()) return static_cast<std::size_t>(found - list.begin());
  list.push_back(std::move(text));
  return list.size() - 1;
}

class Planner {
 public:
  explicit Planner(const core::ReadingPlan& plan) : plan_(plan) {}

  FetchPlan Plan() {
    for (const core::Indicator& indicator : plan_.indicators) {
      result_.objectives.push_back(
          std::visit([this](const auto& one) { return PlanOne(one); }, indicator));
    }
    return std::move(result_);
  }

 private:
  ObjectiveFetch PlanOne(const core::CounterIndicator& indicator) {
    CountedObjective objective;
    objective.canary = Counters(indicator, plan_.canary);
    objective.baseline = Counters(indicator, plan_.baseline);
    objective.part_is_good = indicator.part_is_good;
    objective.title = indicator.total.metric;
    return objective;
  }

  ObjectiveFetch PlanOne(const core::HistogramIndicator& indicator) {
    CountedObjective objective;
    objective.canary = Buckets(indicator, plan_.canary);
    objective.baseline = Buckets(indicator, plan_.baseline);
    objective.part_is_good = true;
    objective.bound = indicator.threshold;
    objective.title = indicator.histogram.metric;
    return objective;
  }

  ObjectiveFetch PlanOne(const core::PromqlIndicator& indicator) {
    EstimatedObjective objective;
    objective.canary = Expressions(indicator, plan_.canary);
    objective.baseline = Expressions(indicator, plan_.baseline);
    objective.part_is_good = indicator.part_is_good;
    return objective;
  }

  CountedArm Counters(const core::CounterIndicator& indicator, const Matchers& arm) {
    const Matchers total = Joined(indicator.total.matchers, arm);
    const Matchers part = Joined(indicator.part.matchers, arm);
    CountedArm counted;
    counted.total.metric = indicator.total.metric;
    counted.part.metric = indicator.part.metric;
    if (!RegexesWithin(total, part) || !RegexesWithin(part, total)) {
      counted.total.fetch = Fetch({indicator.total.metric}, total);
      counted.part.fetch = Fetch({indicator.part.metric}, part);
      return counted;
    }
    Matchers shared;
    for (const LabelMatcher& matcher : total) {
      if (Contains(part, matcher)) {
        shared.push_back(matcher);
      } else {
        counted.total.matchers.push_back(matcher);
      }
    }
    for (const LabelMatcher& matcher : part) {
      if (!Contains(total, matcher)) counted.part.matchers.push_back(matcher);
    }
    std::vector<std::string> metrics = {indicator.total.metric};
    if (indicator.part.metric != metrics.front()) metrics.push_back(indicator.part.metric);
    counted.total.fetch = counted.part.fetch = Fetch(metrics, shared);
    return counted;
  }

  CountedArm Buckets(const core::HistogramIndicator& indicator, const Matchers& arm) {
    const std::string& base = indicator.histogram.metric;
    Matchers matchers = Joined(indicator.histogram.matchers, arm);
    CountedArm counted;
    counted.bounds_query = "count by (le) (" + RenderSelector({base + "_bucket"}, matchers) + ")";
    // An empty alternative matches the series without `le`, which is the count of all events.
    matchers.push_back({"le", LabelMatcher::Op::kMatch, "|" + RegexOfBound(indicator.threshold)});
    counted.total.metric = base + "_count";
    counted.part.metric = base + "_bucket";
    counted.part.bound = indicator.threshold;
    counted.total.fetch = counted.part.fetch =
        Fetch({counted.total.metric, counted.part.metric}, matchers);
    return counted;
  }

  EstimatedArm Expressions(const core::PromqlIndicator& indicator, const Matchers& arm) {
    const auto fill = [&](const std::string& text) {
      return IndexOf(result_.expressions, FillTemplate(text, plan_.block_length, arm));
    };
    return {fill(indicator.total), fill(indicator.part)};
  }

  std::size_t Fetch(const std::vector<std::string>& metrics, const Matchers& matchers) {
    return IndexOf(result_.fetches, RenderSelector(metrics, matchers));
  }

  const core::ReadingPlan& plan_;
  FetchPlan result_;
};

const LabelMatcher* BadName(const Matchers& matchers) {
  const auto bad = std::find_if(matchers.begin(), matchers.end(), [](const LabelMatcher& matcher) {
    return !IsLabelName(matcher.name);
  });
  return bad == matchers.end() ? nullptr : &*bad;
}

const LabelMatcher* BadName(const core::Indicator& indicator) {
  if (const auto* counters = std::get_if<core::CounterIndicator>(&indicator)) {
    const LabelMatcher* bad = BadName(counters->total.matchers);
    return bad != nullptr ? bad : BadName(counters->part.matchers);
  }
  const auto* histogram = std::get_if<core::HistogramIndicator>(&indicator);
  return histogram == nullptr ? nullptr : BadName(histogram->histogram.matchers);
}

}  // namespace

bool SeriesFilter::Accepts(const Labels& labels) const {
  if (ValueOf(labels, "__name__") != metric) return false;
  if (bound && !IsBound(ValueOf(labels, "le"), *bound)) return false;
  return std::all_of(matchers.begin(), matchers.end(), [&](const LabelMatcher& matcher) {
    const bool equal = ValueOf(labels, matcher.name) == matcher.value;
    return (matcher.op == LabelMatcher::Op::kEqual) == equal;
  });
}

Answered<FetchPlan> PlanFetches(const core::ReadingPlan& plan) {
  const LabelMatcher* bad = BadName(plan.canary);
  if (bad == nullptr) bad = BadName(plan.baseline);
  for (const core::Indicator& indicator : plan.indicators) {
    if (bad == nullptr) bad = BadName(indicator);
  }
  if (bad != nullptr) {
    return Failed(core::SourceProblem::kBadQuery,
                  "not a label name of PromQL: " + Quote(Shorten(bad->name)));
  }
  return Planner(plan).Plan();
}

}  // namespace slogate::adapters::prometheus
