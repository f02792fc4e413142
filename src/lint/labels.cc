#include <algorithm>
#include <string>
#include <vector>

#include "lint/checks.h"

namespace slogate::lint {
namespace {

using Kind = EventsView::Kind;

std::string Listed(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += (text.empty() ? "" : ", ") + label;
  return "(" + text + ")";
}

bool Divides(const PromqlText& text) {
  return std::any_of(text.operators.begin(), text.operators.end(),
                     [](const Operator& one) { return one.name == "/" || one.name == "-"; });
}

// Operands pair by equal labels: other groupings on the two sides never meet.
void CheckOperands(const Subject& subject, const PromqlText& text, Report& report) {
  if (!Divides(text) || text.matches_on || text.uses.size() < 2) return;
  const std::string field = subject.field + ".indicator";
  for (const auto& by : text.by) {
    if (by == text.by.front()) continue;
    report.Add("labels-never-join", field,
               "one side is summed by " + Listed(text.by.front()) + " and the other by " +
                   Listed(by) + ": no series of the one has the labels of the other",
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

void CheckCohorts(const Subject& subject, Report& report) {
  const auto& cohorts = subject.objective.cohorts;
  if (!cohorts || !subject.events) return;
  for (const SeriesUse& use : subject.events->total.uses) {
    const std::string value = PinnedTo(use.selector, cohorts->by);
    if (value.empty()) continue;
    report.Add("cohort-pinned", subject.field + ".cohorts",
               "total has " + cohorts->by + "=\"" + value + "\", so there is only that one cohort",
               "take the matcher out of the indicator, or the cohorts out of the objective");
  }
}

}  // namespace

void CheckLabels(const Subject& subject, Report& report) {
  CheckCohorts(subject, report);
  if (!subject.events || !IsPromql(*subject.events)) return;
  const EventsView& view = *subject.events;
  CheckOperands(subject, view.part, report);
  CheckOperands(subject, view.total, report);
  if (view.kind != Kind::kPromql || view.total.by.empty() || view.part.by.empty()) return;
  if (view.total.by.front() == view.part.by.front()) return;
  report.Add("labels-never-join", subject.field + ".indicator",
             "total is summed by " + Listed(view.total.by.front()) + " and the part by " +
                 Listed(view.part.by.front()) +
                 ": no series of the one has the labels of the other",
             "sum both by the same labels, or by none");
}

}  // namespace slogate::lint
