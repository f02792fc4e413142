#include <array>
#include <string>

#include "lint/checks.h"
#include "spec/selector_text.h"

namespace slogate::lint {
namespace {

using Kind = EventsView::Kind;

constexpr std::string_view kPerEvents = "increase";

bool IsCounterName(std::string_view metric) {
  return metric.ends_with("_total") || metric.ends_with("_count") || metric.ends_with("_bucket");
}

bool HoldsTemplate(std::string_view range) { return range.find("{{") != std::string_view::npos; }

// One expression of an indicator.
class QueryCheck {
 public:
  QueryCheck(const Subject& subject, Report& report)
      : view_(*subject.events), field_(subject.field + ".indicator"), report_(report) {}

  void Read(const std::string& text, const PromqlText& read, const char* of) {
    if (!HasWindow(text)) {
      report_.Add("no-window", field_,
                  std::string(of) + " has no {{.window}}: every window would give the same number",
                  "write [{{.window}}] where the range stands");
    }
    for (const SeriesUse& use : read.uses) {
      Rate(use);
      if (!use.range.empty() && !HoldsTemplate(use.range) && HasWindow(text)) {
        report_.Add("fixed-window", field_,
                    "[" + use.range + "] stays the same when the window changes",
                    "write [{{.window}}] in its place");
      }
      Function(use);
    }
    Buckets(read);
  }

  // A bucket holds those below it too.
  void Buckets(const PromqlText& read) {
    for (const SeriesUse& use : read.uses) {
      const core::Selector& selector = use.selector;
      if (!selector.metric.ends_with("_bucket") || !PinnedTo(selector, "le").empty()) continue;
      if (use.function == "histogram_quantile") continue;
      report_.Add("bucket-sum", field_,
                  selector.metric +
                      " without le=\"...\" counts each request once for every bucket "
                      "that holds it",
                  "choose one bucket with le=\"...\", or count all requests with " +
                      std::string(BaseOf(selector.metric)) + "_count");
    }
  }

 private:
  void Rate(const SeriesUse& use) {
    if (!use.range.empty() || !IsCounterName(use.selector.metric)) return;
    const std::string selector = spec::ToText(use.selector);
    const std::string call = view_.kind == Kind::kRatio || view_.per_second ? "rate" : "increase";
    report_.Add("no-rate", field_,
                "the counter " + use.selector.metric +
                    " is taken as it stands: it counts from the start of its process, not over the "
                    "window",
                "write " + call + "(" + selector + "[{{.window}}])");
  }

  void Function(const SeriesUse& use) {
    if (use.function == "irate" || use.function == "idelta") {
      report_.Add("last-two-samples", field_,
                  use.function + " sees the last two samples of the window alone",
                  "write rate(...)");
    }
    if (view_.kind != Kind::kPromql) return;
    if (!view_.per_second && (use.function == "rate" || use.function == "irate")) {
      report_.Add("rate-for-events", field_,
                  "events are wanted and " + use.function + " gives events a second",
                  "write increase(...), or perSecond: true");
    }
    if (view_.per_second && use.function == kPerEvents) {
      report_.Add("events-for-rate", field_,
                  "events a second are expected and increase gives events of the window",
                  "write rate(...)");
    }
  }

  const EventsView& view_;
  const std::string field_;
  Report& report_;
};

}  // namespace

void CheckQueries(const Subject& subject, Report& report) {
  if (!subject.events) return;
  const EventsView& view = *subject.events;
  QueryCheck check(subject, report);
  switch (view.kind) {
    case Kind::kPromql:
      check.Read(view.total_text, view.total, "total");
      check.Read(view.part_text, view.part, "the part");
      return;
    case Kind::kRatio:
      check.Read(view.part_text, view.part, "the ratio");
      return;
    case Kind::kCounters:
      check.Buckets(view.total);
      check.Buckets(view.part);
      return;
    case Kind::kHistogram:
    case Kind::kScores:
      return;
  }
}

}  // namespace slogate::lint
