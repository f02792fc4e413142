#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "lint/checks.h"
#include "promql/grammar/placeholders.h"
#include "promql/writer.h"

namespace slogate::lint {
namespace {

using Kind = EventsView::Kind;

std::string ListedLabels(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += (text.empty() ? "" : ", ") + label;
  return "(" + text + ")";
}

bool Divides(const promql::Expression& text) {
  return std::ranges::any_of(text.operators, [](const promql::Operator& one) {
    return one.name == "/" || one.name == "-";
  });
}

// Operands pair by equal labels: other groupings on the two sides never meet.
void CheckOperands(const LintSubject& subject, const promql::Expression& text, Report& report) {
  if (!Divides(text) || text.matches_on || text.uses.size() < 2) return;
  const std::string field = subject.field + ".indicator";
  for (const auto& by : text.by) {
    if (by == text.by.front()) continue;
    report.Add("labels-never-join", field,
               "one side is summed by " + ListedLabels(text.by.front()) + " and the other by " +
                   ListedLabels(by) + ": no series of the one has the labels of the other",
               "sum both sides by the same labels, or by none");
    return;
  }
  if (text.aggregates) return;
  const auto& first = text.uses.front().selector;
  const auto& second = text.uses.back().selector;
  if (first.matchers == second.matchers) return;
  report.Add("labels-never-join", field,
             "the two sides are not summed, so each series pairs with its own: " + first.metric +
                 " with one set of matchers and " + second.metric + " with another",
             "put sum(...) around both sides");
}

void CheckCohorts(const LintSubject& subject, Report& report) {
  const auto& cohorts = subject.objective.cohorts;
  if (!cohorts || !subject.events) return;
  for (const promql::SelectorUse& use : subject.events->total.uses) {
    const std::string value = PinnedTo(use.selector, cohorts->by);
    if (value.empty()) continue;
    report.Add("cohort-pinned", subject.field + ".cohorts",
               "total has " + cohorts->by + "=\"" + value + "\", so there is only that one cohort",
               "take the matcher out of the indicator, or the cohorts out of the objective");
  }
}

constexpr std::string_view kPerEvents = "increase";

// Functions of a range that give a value of that time, and no number of events.
constexpr std::array<std::string_view, 5> kOfValues = {
    "avg_over_time", "min_over_time", "max_over_time", "last_over_time", "quantile_over_time"};

bool IsCounterName(std::string_view metric) {
  return metric.ends_with("_total") || metric.ends_with("_count") || metric.ends_with("_bucket");
}

// Whether a subquery over the window stands in the text: [{{.window}}:1m]. Ranges within it are
// those of its samples, and stay the same when the window changes.
bool HasWindowSubquery(std::string_view text) {
  for (std::size_t at = text.find("{{"); at != std::string_view::npos;
       at = text.find("{{", at + 1)) {
    const auto placeholder = promql::TakePlaceholder(text.substr(at));
    if (!placeholder || placeholder->name != ".window") continue;
    const std::string_view behind = text.substr(at + placeholder->length);
    const std::size_t next = behind.find_first_not_of(" \t\n");
    if (next != std::string_view::npos && behind[next] == ':') return true;
  }
  return false;
}

bool HoldsTemplate(std::string_view range) { return range.find("{{") != std::string_view::npos; }

// One expression of an indicator.
class QueryCheck {
 public:
  QueryCheck(const LintSubject& subject, Report& report)
      : view_(*subject.events), field_(subject.field + ".indicator"), report_(report) {}

  void Read(const std::string& text, const promql::Expression& read, const char* of) {
    if (!promql::HasWindow(text)) {
      report_.Add("no-window", field_,
                  std::string(of) + " has no {{.window}}: every window would give the same number",
                  "write [{{.window}}] where the range stands");
    }
    const bool fixed_is_wrong = promql::HasWindow(text) && !HasWindowSubquery(text);
    for (const promql::SelectorUse& use : read.uses) {
      Rate(use);
      if (!use.range.empty() && !HoldsTemplate(use.range) && fixed_is_wrong) {
        report_.Add("fixed-window", field_,
                    "[" + use.range + "] stays the same when the window changes",
                    "write [{{.window}}] in its place");
      }
      Function(use);
    }
    Buckets(read);
  }

  // By the naming convention of recording rules: level:metric:operations.
  void RecordedRates(const promql::Expression& read) {
    for (const promql::SelectorUse& use : read.uses) {
      const std::string& metric = use.selector.metric;
      const std::size_t last = metric.rfind(':');
      if (last == std::string::npos || !metric.substr(last).starts_with(":rate")) continue;
      report_.Add("rate-for-events", field_,
                  metric + " is by its name a recorded rate, which counts no events",
                  "use the counter behind it, or promql with perSecond: true and avg_over_time(" +
                      metric + "[{{.window}}])");
    }
  }

  // A bucket holds those below it too.
  void Buckets(const promql::Expression& read) {
    for (const promql::SelectorUse& use : read.uses) {
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
  void Rate(const promql::SelectorUse& use) {
    if (!use.range.empty() || !IsCounterName(use.selector.metric)) return;
    const std::string selector = promql::ToText(use.selector);
    const std::string call = view_.kind == Kind::kRatio || view_.per_second ? "rate" : "increase";
    report_.Add("no-rate", field_,
                "the counter " + use.selector.metric +
                    " is taken as it stands: it counts from the start of its process, not over the "
                    "window",
                "write " + call + "(" + selector + "[{{.window}}])");
  }

  void Function(const promql::SelectorUse& use) {
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
    // The step of a subquery, such as :1m, reads like a name.
    if (use.selector.metric.starts_with(':')) return;
    if (!view_.per_second && std::ranges::find(kOfValues, use.function) != kOfValues.end()) {
      report_.Add("rate-for-events", field_,
                  "events are wanted and " + use.function + " of " + promql::ToText(use.selector) +
                      " gives a rate or a gauge",
                  "write increase(...) of the counter behind it; perSecond: true for a rate; or "
                  "indicator.ratio");
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

void CheckLabels(const LintSubject& subject, Report& report) {
  CheckCohorts(subject, report);
  if (!subject.events || !IsPromql(*subject.events)) return;
  const EventsView& view = *subject.events;
  CheckOperands(subject, view.part, report);
  CheckOperands(subject, view.total, report);
  if (view.kind != Kind::kPromql || view.total.by.empty() || view.part.by.empty()) return;
  if (view.total.by.front() == view.part.by.front()) return;
  report.Add("labels-never-join", subject.field + ".indicator",
             "total is summed by " + ListedLabels(view.total.by.front()) + " and the part by " +
                 ListedLabels(view.part.by.front()) +
                 ": no series of the one has the labels of the other",
             "sum both by the same labels, or by none");
}

void CheckQueries(const LintSubject& subject, Report& report) {
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
      check.RecordedRates(view.total);
      check.RecordedRates(view.part);
      return;
    case Kind::kHistogram:
    case Kind::kScores:
      return;
  }
}

}  // namespace slogate::lint
