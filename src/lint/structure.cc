#include <string>
#include <vector>

#include "lint/checks.h"

namespace slogate::lint {
namespace {

const core::SloObjective* Named(const core::ServiceLevelObjective& slo, const std::string& name) {
  for (const core::SloObjective& objective : slo.objectives) {
    if (objective.name == name) return &objective;
  }
  return nullptr;
}

struct Pin {
  std::string label;
  std::string value;
  std::string objective;
};

// Labels that the objectives' totals have different values of: they count different requests.
void CheckSameRequests(const LintSubject& subject, const core::CompositeIndicator& composite,
                       Report& report) {
  if (composite.per_request) return;
  std::vector<Pin> pins;
  for (const std::string& name : composite.of) {
    const core::SloObjective* const part = Named(subject.slo, name);
    const std::optional<EventsView> view = part ? ViewOf(part->indicator) : std::nullopt;
    if (!view || view->total.uses.empty()) continue;
    for (const core::LabelMatcher& matcher : view->total.uses.front().selector.matchers) {
      if (matcher.op != core::LabelMatcher::Op::kEqual) continue;
      for (const Pin& pin : pins) {
        if (pin.label != matcher.name || pin.value == matcher.value) continue;
        report.Add("composite-mixed", subject.field + ".indicator",
                   pin.objective + " counts events with " + pin.label + "=\"" + pin.value +
                       "\" and " + name + " those with \"" + matcher.value +
                       "\": bounds from parts suppose that all count the same requests",
                   "count the same requests in each part, or give perRequest");
      }
      pins.push_back({matcher.name, matcher.value, name});
    }
  }
}

// A part that just keeps its own promise must not break the whole by itself.
void CheckTightness(const LintSubject& subject, const std::vector<std::string>& parts,
                    Report& report) {
  for (const std::string& name : parts) {
    const core::SloObjective* const part = Named(subject.slo, name);
    if (part == nullptr || part->target >= subject.objective.target) continue;
    report.Add(
        "composite-tight", subject.field + ".target",
        name + " may fail " + PercentText(1 - part->target) +
            " of its events and the "
            "whole only " +
            PercentText(1 - subject.objective.target) +
            ": it breaks the whole while it keeps its own promise",
        "lower the target to " + PercentText(part->target) + " or less, or raise that of " + name);
    return;
  }
}

}  // namespace

void CheckStructure(const LintSubject& subject, Report& report) {
  if (const auto* composite = std::get_if<core::CompositeIndicator>(&subject.objective.indicator)) {
    CheckSameRequests(subject, *composite, report);
    CheckTightness(subject, composite->of, report);
  }
  const auto* journey = std::get_if<core::JourneyIndicator>(&subject.objective.indicator);
  if (journey == nullptr) return;
  std::vector<std::string> steps;
  for (const core::JourneyStep& step : journey->steps) {
    if (step.weight >= 1) steps.push_back(step.objective);
  }
  CheckTightness(subject, steps, report);
}

void CheckProxy(const LintSubject& subject, Report& report) {
  if (subject.objective.dimension != core::Dimension::kQuality || !subject.events) return;
  for (const promql::SelectorUse& use : subject.events->part.uses) {
    for (const core::LabelMatcher& matcher : use.selector.matchers) {
      const bool code = matcher.name.find("code") != std::string::npos ||
                        matcher.name.find("status") != std::string::npos;
      if (!code || SenseOf(use.selector) == Sense::kUnknown) continue;
      report.Add("quality-proxy", subject.field + ".indicator",
                 "quality is reported by " + matcher.name +
                     ", which moves when availability does and "
                     "never when answers get worse",
                 "count verdicts on the answers, such as relevant or grounded ones");
    }
  }
}

void CheckRepeats(const core::ServiceLevelObjective& slo, Report& report) {
  for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const core::SloObjective& one = slo.objectives[i];
      const core::SloObjective& other = slo.objectives[j];
      if (one.indicator != other.indicator || one.cohorts != other.cohorts) continue;
      if (one.mode != other.mode && one.target != other.target) continue;
      report.Add(
          "same-indicator", ObjectiveField(i) + ".indicator",
          one.name + " counts the same events as " + other.name + ": the two can never differ",
          "count what only " + one.name + " is about, or leave one of them out");
    }
  }
}

}  // namespace slogate::lint
