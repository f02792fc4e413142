#include "adapters/prometheus/evidence/fetch_plan.h"

#include <algorithm>
#include <utility>

#include "promql/counted_series.h"
#include "promql/selector.h"
#include "promql/writer.h"

namespace slogate::adapters::prometheus {
namespace {

using core::LabelMatcher;
using Matchers = std::vector<LabelMatcher>;

bool Contains(const Matchers& matchers, const LabelMatcher& wanted) {
  return std::ranges::find(matchers, wanted) != matchers.end();
}

// Whether both ask Prometheus' regular expressions the same.
bool SameRegexes(const Matchers& one, const Matchers& other) {
  const auto within = [](const Matchers& inner, const Matchers& outer) {
    return std::ranges::all_of(inner, [&](const LabelMatcher& matcher) {
      return !matcher.IsPattern() || Contains(outer, matcher);
    });
  };
  return within(one, other) && within(other, one);
}

Matchers Joined(Matchers first, const Matchers& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

template <typename Value>
std::size_t IndexOf(std::vector<Value>& list, Value value) {
  const auto found = std::ranges::find(list, value);
  if (found != list.end()) return static_cast<std::size_t>(found - list.begin());
  list.push_back(std::move(value));
  return list.size() - 1;
}

// The labels that the part's matchers ask for. One that may be absent, by ="" or "le", which
// histograms bring, is none; nor is one that the total asks for too.
std::vector<std::string> LabelsOf(const core::Selector& total, const core::Selector& part) {
  std::vector<std::string> labels;
  for (const LabelMatcher& matcher : part.matchers) {
    const auto same = [&](const LabelMatcher& other) { return other.name == matcher.name; };
    const bool absent = matcher.op == LabelMatcher::Op::kEqual && matcher.value.empty();
    if (absent || matcher.name == "le" || std::ranges::any_of(total.matchers, same)) continue;
    IndexOf(labels, matcher.name);
  }
  return labels;
}

// One wants a value that the other refuses.
bool Excludes(const Matchers& one, const Matchers& other) {
  return std::ranges::any_of(one, [&](const LabelMatcher& wanted) {
    return wanted.op == LabelMatcher::Op::kEqual &&
           std::ranges::any_of(other, [&](const LabelMatcher& matcher) {
             return matcher.name == wanted.name && promql::Matches(matcher, wanted.value) == false;
           });
  });
}

class Planner {
 public:
  explicit Planner(const core::ReadingPlan& plan) : plan_(plan) {}

  Answered<FetchPlan> Plan() {
    for (std::size_t i = 0; i < plan_.indicators.size(); ++i) {
      slices_ = i < plan_.slices.size() ? plan_.slices[i] : core::Slices();
      result_.objectives.push_back(
          std::visit([this](const auto& one) { return PlanOne(one); }, plan_.indicators[i]));
    }
    if (MayOverlap(plan_.canary, plan_.baseline)) {
      result_.overlap_fix = OverlapFix(plan_.canary, plan_.baseline);
    }
    if (!bad_label_) return std::move(result_);
    return Failed(core::SourceProblem::kBadQuery,
                  "not a label name of PromQL: " + promql::Quote(Shorten(*bad_label_)));
  }

 private:
  ObjectiveFetch PlanOne(const core::CounterIndicator& indicator) {
    CountedObjective objective = Counted(indicator.total.metric);
    objective.part = indicator.part_is_good ? PartKind::kGood : PartKind::kBad;
    objective.labels = LabelsOf(indicator.total, indicator.part);
    objective.canary = Counters(indicator.total, indicator.part, {}, plan_.canary);
    objective.baseline = Counters(indicator.total, indicator.part, {}, plan_.baseline);
    return objective;
  }

  ObjectiveFetch PlanOne(const core::HistogramIndicator& indicator) {
    CountedObjective objective = Counted(indicator.histogram.metric);
    objective.part = PartKind::kBucket;
    objective.bound = indicator.threshold;
    objective.slices.bounds = slices_.bounds;
    objective.canary = Buckets(indicator, plan_.canary);
    objective.baseline = Buckets(indicator, plan_.baseline);
    return objective;
  }

  ObjectiveFetch PlanOne(const core::ScoreIndicator& indicator) {
    CountedObjective objective = Counted(indicator.total.metric);
    objective.part = PartKind::kScores;
    objective.labels = LabelsOf(indicator.total, indicator.sum);
    objective.canary = Counters(indicator.total, indicator.sum, indicator.squares, plan_.canary);
    objective.baseline =
        Counters(indicator.total, indicator.sum, indicator.squares, plan_.baseline);
    return objective;
  }

  ObjectiveFetch PlanOne(const core::ScoreHistogramIndicator& indicator) {
    CountedObjective objective = Counted(indicator.histogram.metric);
    objective.part = PartKind::kScoreBuckets;
    objective.canary = ScoreBuckets(indicator.histogram, plan_.canary);
    objective.baseline = ScoreBuckets(indicator.histogram, plan_.baseline);
    return objective;
  }

  ObjectiveFetch PlanOne(const core::PromqlIndicator& indicator) {
    EstimatedObjective objective;
    objective.canary = Expressions(indicator, plan_.canary);
    objective.baseline = Expressions(indicator, plan_.baseline);
    objective.part_is_good = indicator.part_is_good;
    return objective;
  }

  CountedObjective Counted(const std::string& title) {
    CountedObjective objective;
    if (!slices_.cohort_label.empty()) CheckLabel(slices_.cohort_label);
    objective.title = title;
    objective.slices.cohort_label = slices_.cohort_label;
    objective.slices.cohorts = slices_.cohorts;
    return objective;
  }

  CountedTrack Counters(const core::Selector& total, const core::Selector& part,
                        const std::optional<core::Selector>& squares, const Matchers& track) {
    std::vector<core::Selector> selectors = {total, part};
    if (squares) selectors.push_back(*squares);
    for (core::Selector& selector : selectors) {
      selector = promql::AnySpelling(std::move(selector));
      selector.matchers = Joined(selector.matchers, track);
      for (const LabelMatcher& matcher : selector.matchers) CheckLabel(matcher.name);
    }
    std::vector<SeriesFilter> filters = Filters(selectors);
    CountedTrack counted;
    counted.total = std::move(filters[0]);
    counted.part = std::move(filters[1]);
    if (squares) counted.squares = std::move(filters[2]);
    counted.labelled = Labelled(counted);
    NameSeries(total, part, track, counted);
    return counted;
  }

  // A fetch of its own has only the series that Prometheus found to match, which says nothing of
  // the others of their metric.
  static std::optional<SeriesFilter> Labelled(const CountedTrack& counted) {
    if (counted.part.metric == counted.total.metric) return counted.total;
    if (counted.part.fetch != counted.total.fetch) return std::nullopt;
    return SeriesFilter{counted.part.fetch, counted.part.metric, {}, std::nullopt};
  }

  static void NameSeries(const core::Selector& total, const core::Selector& part,
                         const Matchers& track, CountedTrack& counted) {
    const auto text = [&](const core::Selector& selector) {
      return Shorten(promql::ToText({selector.metric, Joined(selector.matchers, track)}));
    };
    counted.total_text = text(total);
    counted.part_text = text(part);
  }

  std::vector<SeriesFilter> Filters(const std::vector<core::Selector>& selectors) {
    const bool together = std::ranges::all_of(selectors, [&](const core::Selector& selector) {
      return SameRegexes(selector.matchers, selectors.front().matchers);
    });
    if (together) return SharedFetch(selectors);
    std::vector<SeriesFilter> filters;
    for (const core::Selector& selector : selectors) {
      filters.push_back(
          {Fetch({selector.metric}, selector.matchers), selector.metric, {}, std::nullopt});
    }
    return filters;
  }

  std::vector<SeriesFilter> SharedFetch(const std::vector<core::Selector>& selectors) {
    Matchers shared;
    for (const LabelMatcher& matcher : selectors.front().matchers) {
      const bool of_all = std::ranges::all_of(selectors, [&](const core::Selector& selector) {
        return Contains(selector.matchers, matcher);
      });
      if (of_all) shared.push_back(matcher);
    }
    std::vector<std::string> metrics;
    for (const core::Selector& selector : selectors) IndexOf(metrics, selector.metric);
    const std::size_t fetch = Fetch(metrics, shared);
    std::vector<SeriesFilter> filters;
    for (const core::Selector& selector : selectors) {
      SeriesFilter filter{fetch, selector.metric, {}, std::nullopt};
      for (const LabelMatcher& matcher : selector.matchers) {
        if (!Contains(shared, matcher)) filter.matchers.push_back(matcher);
      }
      filters.push_back(std::move(filter));
    }
    return filters;
  }

  CountedTrack Buckets(const core::HistogramIndicator& indicator, const Matchers& track) {
    const std::string& base = indicator.histogram.metric;
    Matchers matchers = Joined(indicator.histogram.matchers, track);
    CountedTrack counted;
    counted.total.metric = base + "_count";
    counted.part.metric = base + "_bucket";
    counted.part.bound = indicator.threshold;
    NameSeries({counted.total.metric, matchers}, {counted.part.metric, matchers}, {}, counted);
    if (slices_.bounds.empty()) {
      // An empty alternative matches the series without `le`, which is the count of all events.
      matchers.push_back(
          {"le", LabelMatcher::Op::kMatch, "|" + promql::RegexOfBound(indicator.threshold)});
    } else {
      counted.buckets = SeriesFilter{0, counted.part.metric, {}, std::nullopt};
    }
    counted.total.fetch = counted.part.fetch =
        Fetch({counted.total.metric, counted.part.metric}, matchers);
    if (counted.buckets) counted.buckets->fetch = counted.total.fetch;
    return counted;
  }

  CountedTrack ScoreBuckets(const core::Selector& histogram, const Matchers& track) {
    const std::string& base = histogram.metric;
    CountedTrack counted;
    counted.total.metric = base + "_count";
    counted.part.metric = base + "_sum";
    const std::size_t fetch = Fetch({counted.total.metric, counted.part.metric, base + "_bucket"},
                                    Joined(histogram.matchers, track));
    counted.total.fetch = counted.part.fetch = fetch;
    counted.buckets = SeriesFilter{fetch, base + "_bucket", {}, std::nullopt};
    NameSeries({counted.total.metric, histogram.matchers},
               {counted.part.metric, histogram.matchers}, track, counted);
    return counted;
  }

  EstimatedTrack Expressions(const core::PromqlIndicator& indicator, const Matchers& track) {
    for (const LabelMatcher& matcher : track) CheckLabel(matcher.name);
    const std::string window = promql::DurationText(plan_.block_length);
    const auto fill = [&](const std::string& text) {
      return IndexOf(result_.expressions, promql::Fill(text, window, track));
    };
    return {fill(indicator.total), fill(indicator.part)};
  }

  std::size_t Fetch(const std::vector<std::string>& metrics, const Matchers& matchers) {
    for (const LabelMatcher& matcher : matchers) CheckLabel(matcher.name);
    return IndexOf(result_.fetches, SeriesQuery{metrics, matchers});
  }

  // Prometheus 3 knows any name in quotes.
  void CheckLabel(const std::string& name) {
    if (!bad_label_ && !promql::IsQuotedLabelName(name)) bad_label_ = name;
  }

  const core::ReadingPlan& plan_;
  std::optional<std::string> bad_label_;
  core::Slices slices_;  // of the indicator in hand
  FetchPlan result_;
};

}  // namespace

bool SeriesFilter::Accepts(const Labels& labels) const {
  if (ValueOf(labels, "__name__") != metric) return false;
  if (bound && !promql::IsBound(ValueOf(labels, "le"), *bound)) return false;
  return std::ranges::all_of(matchers, [&](const LabelMatcher& matcher) {
    const bool equal = ValueOf(labels, matcher.name) == matcher.value;
    return (matcher.op == LabelMatcher::Op::kEqual) == equal;
  });
}

bool MayOverlap(const std::vector<LabelMatcher>& canary,
                const std::vector<LabelMatcher>& baseline) {
  if (canary.empty() || baseline.empty() || canary == baseline) return false;
  return !Excludes(canary, baseline) && !Excludes(baseline, canary);
}

std::string OverlapFix(const std::vector<LabelMatcher>& canary,
                       const std::vector<LabelMatcher>& baseline) {
  return "the canary is " + Shorten(promql::ToText(canary)) + ", the baseline " +
         Shorten(promql::ToText(baseline)) +
         "; give matchers in spec.tracks that no series meets both of";
}

Answered<FetchPlan> PlanFetches(const core::ReadingPlan& plan) { return Planner(plan).Plan(); }

}  // namespace slogate::adapters::prometheus
