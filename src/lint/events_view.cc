#include "lint/events_view.h"

#include <cmath>
#include <cstdlib>

#include "spec/selector_text.h"

namespace slogate::lint {
namespace {

PromqlText Counted(const core::Selector& selector) {
  PromqlText text;
  text.uses.push_back({selector, "{{.window}}", "increase"});
  text.aggregates = true;
  return text;
}

// Of a part that is one bucket.
void NoteBucket(EventsView& view) {
  if (view.part.uses.size() != 1) return;
  const core::Selector& selector = view.part.uses.front().selector;
  view.threshold = BucketBound(selector);
  if (view.threshold) view.histogram = std::string(BaseOf(selector.metric));
}

struct Viewer {
  EventsView operator()(const core::CounterIndicator& counters) const {
    EventsView view;
    view.total = Counted(counters.total);
    view.part = Counted(counters.part);
    view.total_text = spec::ToText(counters.total);
    view.part_text = spec::ToText(counters.part);
    view.part_is_good = counters.part_is_good;
    NoteBucket(view);
    return view;
  }
  EventsView operator()(const core::HistogramIndicator& indicator) const {
    EventsView view;
    view.kind = EventsView::Kind::kHistogram;
    core::Selector count = indicator.histogram;
    count.metric += "_count";
    view.total = Counted(count);
    view.total_text = spec::ToText(count);
    view.histogram = indicator.histogram.metric;
    view.threshold = indicator.threshold;
    return view;
  }
  EventsView operator()(const core::PromqlIndicator& promql) const {
    EventsView view;
    view.kind = EventsView::Kind::kPromql;
    view.total = ReadPromql(promql.total);
    view.part = ReadPromql(promql.part);
    view.total_text = promql.total;
    view.part_text = promql.part;
    view.part_is_good = promql.part_is_good;
    view.per_second = promql.per_second;
    NoteBucket(view);
    return view;
  }
  EventsView operator()(const core::ScoreIndicator& scores) const {
    EventsView view;
    view.kind = EventsView::Kind::kScores;
    view.total = Counted(scores.total);
    view.part = Counted(scores.sum);
    view.total_text = spec::ToText(scores.total);
    view.part_text = spec::ToText(scores.sum);
    view.part_is_good = true;
    return view;
  }
  EventsView operator()(const core::ScoreHistogramIndicator& scores) const {
    EventsView view;
    view.kind = EventsView::Kind::kScores;
    core::Selector count = scores.histogram;
    count.metric += "_count";
    view.total = Counted(count);
    view.total_text = spec::ToText(count);
    return view;
  }
};

}  // namespace

std::optional<EventsView> ViewOf(const core::Sli& sli) {
  if (const auto* indicator = std::get_if<core::Indicator>(&sli)) {
    return std::visit(Viewer{}, *indicator);
  }
  if (const auto* ratio = std::get_if<core::RatioIndicator>(&sli)) {
    EventsView view;
    view.kind = EventsView::Kind::kRatio;
    view.part = ReadPromql(ratio->bad_ratio);
    view.part_text = ratio->bad_ratio;
    return view;
  }
  const auto* composite = std::get_if<core::CompositeIndicator>(&sli);
  if (composite == nullptr || !composite->per_request) return std::nullopt;
  return std::visit(Viewer{}, *composite->per_request);
}

std::string PinnedTo(const core::Selector& selector, std::string_view label) {
  for (const core::LabelMatcher& matcher : selector.matchers) {
    if (matcher.name == label && matcher.op == core::LabelMatcher::Op::kEqual) return matcher.value;
  }
  return "";
}

std::string_view BaseOf(std::string_view metric) {
  for (const std::string_view end : {"_bucket", "_count", "_sum", "_total"}) {
    if (metric.ends_with(end)) return metric.substr(0, metric.size() - end.size());
  }
  return metric;
}

std::optional<double> BucketBound(const core::Selector& selector) {
  const std::string text = PinnedTo(selector, "le");
  if (text.empty() || !selector.metric.ends_with("_bucket")) return std::nullopt;
  char* end = nullptr;
  const double bound = std::strtod(text.c_str(), &end);
  if (*end != '\0' || !std::isfinite(bound)) return std::nullopt;
  return bound;
}

}  // namespace slogate::lint
