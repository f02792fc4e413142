#include "lint/events_view.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "lint/checks.h"
#include "promql/selector.h"
#include "promql/writer.h"

namespace slogate::lint {
namespace {

promql::Expression Counted(const core::Selector& selector) {
  promql::Expression text;
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

EventsView OfCounters(EventsView::Kind kind, const core::Selector& total,
                      const core::Selector& part, bool part_is_good) {
  EventsView view;
  view.kind = kind;
  view.total = Counted(total);
  view.part = Counted(part);
  view.total_text = promql::ToText(total);
  view.part_text = promql::ToText(part);
  view.part_is_good = part_is_good;
  return view;
}

struct Viewer {
  EventsView operator()(const core::CounterIndicator& counters) const {
    EventsView view = OfCounters(EventsView::Kind::kCounters, counters.total, counters.part,
                                 counters.part_is_good);
    NoteBucket(view);
    return view;
  }
  EventsView operator()(const core::HistogramIndicator& indicator) const {
    EventsView view;
    view.kind = EventsView::Kind::kHistogram;
    core::Selector count = indicator.histogram;
    count.metric += "_count";
    view.total = Counted(count);
    view.total_text = promql::ToText(count);
    view.histogram = indicator.histogram.metric;
    view.threshold = indicator.threshold;
    return view;
  }
  EventsView operator()(const core::PromqlIndicator& promql) const {
    EventsView view;
    view.kind = EventsView::Kind::kPromql;
    view.total = promql::ReadExpression(promql.total);
    view.part = promql::ReadExpression(promql.part);
    view.total_text = promql.total;
    view.part_text = promql.part;
    view.part_is_good = promql.part_is_good;
    view.per_second = promql.per_second;
    NoteBucket(view);
    return view;
  }
  EventsView operator()(const core::ScoreIndicator& scores) const {
    return OfCounters(EventsView::Kind::kScores, scores.total, scores.sum, true);
  }
  EventsView operator()(const core::ScoreHistogramIndicator& scores) const {
    EventsView view;
    view.kind = EventsView::Kind::kScores;
    core::Selector count = scores.histogram;
    count.metric += "_count";
    view.total = Counted(count);
    view.total_text = promql::ToText(count);
    return view;
  }
};

using core::LabelMatcher;
using core::Selector;

std::string MatcherText(const LabelMatcher& matcher) {
  return promql::ToText(std::vector{matcher});
}

bool Has(const Selector& selector, const LabelMatcher& wanted) {
  return std::ranges::find(selector.matchers, wanted) != selector.matchers.end();
}

bool Mentions(const Selector& selector, const std::string& label) {
  return std::ranges::any_of(selector.matchers,
                             [&](const LabelMatcher& one) { return one.name == label; });
}

// A matcher of the total that no event of the part can satisfy.
const LabelMatcher* Contradicted(const Selector& total, const Selector& part) {
  for (const LabelMatcher& matcher : total.matchers) {
    const std::string value = PinnedTo(part, matcher.name);
    if (matcher.name != "le" && !value.empty() && promql::Matches(matcher, value) == false)
      return &matcher;
  }
  return nullptr;
}

const LabelMatcher* Missing(const Selector& total, const Selector& part) {
  for (const LabelMatcher& matcher : total.matchers) {
    if (matcher.name == "le" || Has(part, matcher)) continue;
    const std::string value = PinnedTo(part, matcher.name);
    if (value.empty() ? !Mentions(part, matcher.name) : promql::Matches(matcher, value) == false) {
      return &matcher;
    }
  }
  return nullptr;
}

bool IsWholeHistogram(const Selector& total, const Selector& part) {
  Selector without_le = part;
  std::erase_if(without_le.matchers,
                [](const LabelMatcher& one) { return one.name == "le" && one.value == "+Inf"; });
  return without_le.matchers.size() + 1 == part.matchers.size() &&
         without_le.matchers == total.matchers && BaseOf(total.metric) == BaseOf(part.metric);
}

void CheckPair(const std::string& field, const Selector& total, const Selector& part,
               bool part_is_good, Report& report) {
  if (total == part || IsWholeHistogram(total, part)) {
    report.Add("part-is-total", field,
               std::string(part_is_good ? "good" : "bad") + " and total are the same events, so " +
                   (part_is_good ? "nothing is ever bad" : "everything is bad"),
               std::string("add a matcher that only ") + (part_is_good ? "good" : "bad") +
                   " events have, such as " + (part_is_good ? "code!~\"5..\"" : "code=~\"5..\""));
    return;
  }
  if (const LabelMatcher* matcher = Contradicted(total, part)) {
    report.Add("part-contradicts", field,
               "total has " + MatcherText(*matcher) + " and the part " + matcher->name + "=\"" +
                   PinnedTo(part, matcher->name) + "\": no event is in both",
               "take " + MatcherText(*matcher) + " out of total, so that it counts every event");
    return;
  }
  if (const LabelMatcher* matcher = Missing(total, part)) {
    report.Add(
        "part-not-subset", field,
        "total has " + MatcherText(*matcher) +
            " and the part has no such matcher, so the "
            "part counts events that total does not",
        "write the part as " + [&] {
          Selector mended = part;
          mended.matchers.insert(mended.matchers.begin(), *matcher);
          return promql::ToText(mended);
        }());
  }
}

// The only selector of an expression without operators.
const Selector* Only(const promql::Expression& text) {
  return text.uses.size() == 1 && text.operators.empty() ? &text.uses.front().selector : nullptr;
}

}  // namespace

std::optional<EventsView> ViewOf(const core::Sli& sli) {
  if (const auto* indicator = std::get_if<core::Indicator>(&sli)) {
    return std::visit(Viewer{}, *indicator);
  }
  if (const auto* ratio = std::get_if<core::RatioIndicator>(&sli)) {
    EventsView view;
    view.kind = EventsView::Kind::kRatio;
    view.part = promql::ReadExpression(ratio->bad_ratio);
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

void CheckPart(const LintSubject& subject, Report& report) {
  if (!subject.events || subject.events->kind == EventsView::Kind::kScores) return;
  const Selector* const total = Only(subject.events->total);
  const Selector* const part = Only(subject.events->part);
  if (total == nullptr || part == nullptr) return;
  CheckPair(subject.field + ".indicator", *total, *part, subject.events->part_is_good, report);
}

}  // namespace slogate::lint
