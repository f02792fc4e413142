#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "lint/checks.h"
#include "promql/writer.h"
#include "slogate/core/budget.h"
#include "spec/policy/policy_budgets.h"
#include "spec/text/units.h"

namespace slogate::lint {
namespace {

// Of burn rates, which nobody reads to many digits.
std::string Short(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

std::string RowText(const core::BurnRow& row) {
  return Short(row.factor) + " over " + spec::ToText(row.long_window);
}

// Names that every service exports.
constexpr std::array<std::string_view, 10> kShared = {"http_",   "grpc_",   "istio_", "envoy_",
                                                      "nginx_",  "gin_",    "flask_", "rpc_",
                                                      "django_", "traefik_"};

bool IsShared(std::string_view metric) {
  for (const std::string_view prefix : kShared) {
    if (metric.starts_with(prefix)) return true;
  }
  return false;
}

void CheckPatterns(const core::Selector& selector, const std::string& field, Report& report) {
  for (const core::LabelMatcher& matcher : selector.matchers) {
    if (!matcher.IsPattern()) continue;
    const std::string text = promql::ToText(std::vector{matcher});
    if (matcher.value == ".*" || matcher.value == ".+") {
      report.Add("regex-wide", field, text + " matches every value, one by one",
                 matcher.value == ".*" ? "leave it out"
                                       : "write " + matcher.name + "!=\"\", or leave it out");
    } else if (matcher.value.starts_with(".*") || matcher.value.starts_with(".+")) {
      report.Add("regex-wide", field,
                 text + " begins with a wildcard, so every value of " + matcher.name + " is tried",
                 "name the values, or what they begin with");
    }
  }
}

constexpr double kExtreme = 0.99999;
constexpr double kLow = 0.5;
constexpr double kMinBuffer = 1.2;  // the contract's budget over the objective's
constexpr double kTargetRounding = 1e-9;

std::string Allowance(const core::ServiceLevelObjective& slo, double target) {
  const double length = static_cast<double>(core::NominalLength(slo.window).count());
  const auto down = std::chrono::seconds(std::llround(length * (1 - target) / 1000));
  return spec::ToText(down);
}

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

// Steps that just keep their promises lose this share of the journeys in all: their rates are
// conditional on reaching the step, so they multiply.
void CheckProduct(const LintSubject& subject, const core::JourneyIndicator& journey,
                  Report& report) {
  double product = 1;
  for (const core::JourneyStep& step : journey.steps) {
    const core::SloObjective* const objective = Named(subject.slo, step.objective);
    if (objective != nullptr) product *= 1 - step.weight * (1 - objective->target);
  }
  if (product >= subject.objective.target - kTargetRounding) return;
  const double share = std::floor(product * 1e5) / 1e5;
  report.Add("journey-tight", subject.field + ".target",
             "the targets of its " + std::to_string(journey.steps.size()) + " steps multiply to " +
                 PercentText(share) + ", less than " + PercentText(subject.objective.target) +
                 ": the journey fails while every step keeps its own promise",
             "lower the target to " + PercentText(share) + " or less, or raise those of the steps");
}

struct TimeUnit {
  std::string_view ending;
  std::string_view name;
  double seconds;
};

constexpr TimeUnit kTimeUnits[] = {{"_seconds", "seconds", 1},
                                   {"_milliseconds", "milliseconds", 1e-3},
                                   {"_millis", "milliseconds", 1e-3},
                                   {"_ms", "milliseconds", 1e-3},
                                   {"_microseconds", "microseconds", 1e-6},
                                   {"_micros", "microseconds", 1e-6},
                                   {"_us", "microseconds", 1e-6},
                                   {"_nanoseconds", "nanoseconds", 1e-9},
                                   {"_nanos", "nanoseconds", 1e-9},
                                   {"_ns", "nanoseconds", 1e-9},
                                   {"_minutes", "minutes", 60}};

const TimeUnit* UnitOf(std::string_view metric) {
  for (const TimeUnit& unit : kTimeUnits) {
    if (metric.ends_with(unit.ending)) return &unit;
  }
  return nullptr;
}

}  // namespace

void CheckAlerts(const LintSubject& subject, Report& report) {
  const core::Alerting& alerting = subject.objective.alerting;
  const std::string field = subject.field + ".alerting";
  if (!alerting.page.enabled && !alerting.ticket.enabled) {
    report.Add("alerting-off", field, "neither a page nor a ticket is ever sent",
               "leave ticket alerts on, so that somebody learns of a slow leak");
    return;
  }
  const double most = 1 / (1 - subject.objective.target);
  std::string silent;
  std::size_t pages = 0;
  std::size_t dead = 0;
  for (const core::BurnRow& row :
       alerting.rows.empty() ? core::BurnTable(subject.slo.window) : alerting.rows) {
    const bool page = row.severity == core::Severity::kPage;
    if (!(page ? alerting.page : alerting.ticket).enabled) continue;
    const bool impossible = row.factor >= most;
    pages += page ? 1 : 0;
    dead += page && impossible ? 1 : 0;
    if (impossible) silent += (silent.empty() ? "" : ", ") + RowText(row);
  }
  if (silent.empty()) return;
  const std::string because = "at " + PercentText(subject.objective.target) +
                              " even a total outage burns at " + Short(most) + ", so the rows of " +
                              silent + " never fire";
  if (pages > 0 && dead == pages) {
    report.Add("never-pages", field, because + ": nothing pages",
               "raise the target, or give alerting.burnRates with factors below " + Short(most));
  } else {
    report.Add("row-never-fires", field, because,
               "give alerting.burnRates with factors below " + Short(most) +
                   ", or leave it: the others still fire");
  }
}

// The first occurrence of `one` that overlaps one of `other`, among some hundred of either.
std::optional<core::Occurrence> FirstOverlap(const core::CalendarEntry& one,
                                             const core::CalendarEntry& other) {
  constexpr int kMostLooks = 500;
  core::TimePoint at = std::max(one.from, other.from);
  for (int i = 0; i < kMostLooks; ++i) {
    const auto first = core::NextOccurrence(one, at);
    const auto second = core::NextOccurrence(other, at);
    if (!first || !second) return std::nullopt;
    if (first->from < second->to && second->from < first->to) return first;
    at = std::min(first->to, second->to);
  }
  return std::nullopt;
}

void CheckCalendar(const core::ServiceLevelObjective& slo, std::optional<core::TimePoint> at,
                   Report& report) {
  for (std::size_t i = 0; i < slo.calendar.size(); ++i) {
    const core::CalendarEntry& entry = slo.calendar[i];
    const std::string field = "spec.calendar[" + std::to_string(i) + "]";
    if (at && !core::NextOccurrence(entry, *at)) {
      const core::TimePoint ended = entry.until.value_or(entry.to);
      report.Add("calendar-past", field, entry.name + " ended at " + spec::ToSecondsText(ended),
                 "take it out");
    }
    if (entry.budget_factor == 1 && !entry.frozen_below) {
      report.Add("calendar-no-effect", field,
                 entry.name + " neither changes the budget nor freezes anything",
                 "give budgetFactor or frozenBelow, or take it out");
    }
    for (std::size_t j = 0; j < i; ++j) {
      const core::CalendarEntry& other = slo.calendar[j];
      const auto overlapped = FirstOverlap(other, entry);
      if (!overlapped) continue;
      report.Add("calendar-overlap", field,
                 entry.name + " overlaps " + other.name + ", which ends at " +
                     spec::ToSecondsText(overlapped->to),
                 "let one begin where the other ends, so that it is plain which counts");
    }
  }
}

void CheckCost(const LintSubject& subject, Report& report) {
  if (!subject.events) return;
  const std::string field = subject.field + ".indicator";
  for (const promql::Expression* text : {&subject.events->total, &subject.events->part}) {
    for (const promql::SelectorUse& use : text->uses) {
      CheckPatterns(use.selector, field, report);
      if (use.selector.metric.empty()) {
        report.Add("regex-wide", field, "a selector without a metric reads all series",
                   "write the metric's name before the brace");
      }
      if (!IsShared(use.selector.metric) || spec::NamesAService(use.selector)) continue;
      report.Add("no-matcher", field,
                 use.selector.metric +
                     " is a name that many services export, and no matcher says whose it is: it "
                     "counts everybody's events and reads everybody's series",
                 "add a matcher such as job=\"" +
                     (subject.slo.service.empty() ? "my-service" : subject.slo.service) + "\"");
    }
  }
}

void CheckTarget(const LintSubject& subject, Report& report) {
  const core::SloObjective& objective = subject.objective;
  const std::string field = subject.field + ".target";
  if (objective.target >= kExtreme - kTargetRounding) {
    report.Add("target-extreme", field,
               PercentText(objective.target) + " allows one bad event in " +
                   NumberText(std::round(1 / (1 - objective.target))) + ", or " +
                   Allowance(subject.slo, objective.target) +
                   " of outage in the window: less than anyone can act in",
               "promise what users notice, such as 99.9");
  }
  if (objective.target < kLow) {
    const double meant = objective.target * 10'000;
    report.Add("target-low", field,
               PercentText(objective.target) + " lets " + PercentText(1 - objective.target) +
                   " of the events be bad; targets are percentages",
               meant <= 99.9999 && meant >= 50 ? "write " + NumberText(meant) + " if that was meant"
                                               : "raise it, or say good for bad");
  }
  if (!objective.sla_target) return;
  const double share = (1 - *objective.sla_target) / (1 - objective.target);
  if (share < kMinBuffer) {
    report.Add("sla-no-buffer", subject.field + ".sla",
               "the contract of " + PercentText(*objective.sla_target) +
                   " is broken almost as soon as the objective's budget is spent: nobody has time "
                   "to act in between",
               "make the objective stricter, or the contract looser");
  }
}

void CheckThreshold(const LintSubject& subject, Report& report) {
  // What people wait for lies between these.
  constexpr double kShortest = 1e-3;
  constexpr double kLongest = 100;
  if (!subject.events || !subject.events->threshold) return;
  const double threshold = *subject.events->threshold;
  const std::string& metric = subject.events->histogram;
  const TimeUnit* const unit = UnitOf(metric);
  if (unit == nullptr || threshold <= 0) return;
  const double seconds = threshold * unit->seconds;
  const bool too_long = seconds > kLongest;
  if (!too_long && (seconds >= kShortest || unit->seconds >= 1)) return;
  // The unit in which the number makes sense, the metric's neighbour first.
  for (const TimeUnit& meant : kTimeUnits) {
    const double wanted = threshold * meant.seconds;
    const bool larger = meant.seconds > unit->seconds;
    if (larger == too_long || wanted < kShortest || wanted > kLongest) continue;
    if (meant.name == unit->name || meant.seconds > 1) continue;
    report.Add("threshold-unit", subject.field + ".indicator",
               NumberText(threshold) + " on " + metric + " is " +
                   (too_long ? NumberText(seconds / 60) + " minutes" : "less than a millisecond") +
                   "; " + std::string(meant.name) + ", perhaps?",
               "write " + NumberText(wanted / unit->seconds) + " for " + NumberText(threshold) +
                   " " + std::string(meant.name));
    return;
  }
}

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
  CheckProduct(subject, *journey, report);
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

void CheckDimensions(const core::ServiceLevelObjective& slo, Report& report) {
  if (!OnlyAvailability(slo)) return;
  report.Add("availability-only", "spec.objectives",
             "every objective is about availability: slow answers, and wrong ones with status 200, "
             "break none of them",
             "add an objective with dimension: latency or quality");
}

bool OnlyAvailability(const core::ServiceLevelObjective& slo) {
  return !slo.objectives.empty() &&
         std::ranges::all_of(slo.objectives, [](const core::SloObjective& objective) {
           return objective.dimension == core::Dimension::kAvailability;
         });
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
