#include <cctype>
#include <chrono>
#include <utility>

#include "rules/rule_subject.h"
#include "rules/rule_yaml.h"
#include "slogate/core/words.h"
#include "spec/slo/sli_promql.h"

namespace slogate::rules {
namespace {

constexpr std::string_view kSeverityLabel = "sloth_severity";

std::string_view SlothWord(core::Severity severity) {
  return core::WordOf<core::Severity::kTicket>(severity, {"page", "ticket"});
}

bool IsPossible(const core::BurnRow& row, double target) { return 1 / (1 - target) > row.factor; }

// CheckoutAvailabilityBudgetBurn.
std::string DefaultName(const Subject& subject) {
  std::string name;
  bool begins_word = true;
  for (const char letter : subject.slo.service + "-" + subject.objective.name) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalnum(byte) == 0) {
      begins_word = true;
      continue;
    }
    name += begins_word ? static_cast<char>(std::toupper(byte)) : letter;
    begins_word = false;
  }
  return name + "BudgetBurn";
}

std::string NameOf(const Subject& subject) {
  const std::string& given = subject.objective.alerting.name;
  return given.empty() ? DefaultName(subject) : given;
}

// The burn over one window, where it is above the factor. Without sloth_window, so that an alert
// stays the same alert whichever row fires.
std::string Burning(const Subject& subject, const std::string& series, double factor) {
  return "max without (sloth_window) (" + series + subject.selector + " / " +
         BudgetText(subject.objective.target) + " > " + NumberText(factor) + ")";
}

std::string CohortBurning(const Subject& subject, const std::string& series, double factor) {
  return "max without (sloth_window) (" + series + subject.selector +
         " / ignoring (sloth_window) (1 - " + std::string(spec::kCohortObjective) +
         subject.selector + ") > " + NumberText(factor) + ")";
}

template <typename BurningOf>
std::string AnyOf(const std::vector<core::BurnRow>& rows, const BurningOf& burning) {
  std::string any;
  for (const core::BurnRow& row : rows) {
    if (!any.empty()) any += "\nor\n";
    any += "(\n  " + burning(row.short_window, row.factor) + "\n  and\n  " +
           burning(row.long_window, row.factor) + "\n)";
  }
  return any;
}

// The templates have nothing of the file in them: names come from the alert's own labels.
core::Labels Annotations(const Subject& subject, core::Severity severity, std::string_view of_whom,
                         std::string_view remaining, std::string_view matchers,
                         std::string_view values) {
  const std::string who =
      "{{ $labels.sloth_service }} {{ $labels.sloth_slo }}" + std::string(of_whom);
  return {{"summary",
           who + " burns its error budget {{ printf \"%.3g\" $value }} times as fast as it lasts" +
               "{{ with printf `" + std::string(remaining) + "{" + std::string(matchers) + "}` " +
               std::string(values) +
               " | query }}; {{ . | first | value | humanizePercentage }} of the budget of " +
               spec::PromqlDuration(subject.period) + " is left{{ end }}."},
          {"title",
           "(" + std::string(SlothWord(severity)) + ") " + who + ": error budget burns too fast"}};
}

Rule AlertOf(const Subject& subject, core::Severity severity, std::string expression,
             const core::Labels& annotations) {
  const core::Alerting& alerting = subject.objective.alerting;
  const core::Alert& own = severity == core::Severity::kPage ? alerting.page : alerting.ticket;
  Rule rule{"", NameOf(subject), std::move(expression), {}, {}};
  rule.labels = Merged(Merged(alerting.labels, own.labels),
                       {{std::string(kSeverityLabel), std::string(SlothWord(severity))}});
  rule.annotations = Merged(Merged(annotations, alerting.annotations), own.annotations);
  return rule;
}

std::vector<core::BurnRow> PossibleRows(const Subject& subject, core::Severity severity,
                                        std::vector<std::string>& remarks) {
  std::vector<core::BurnRow> rows;
  for (const core::BurnRow& row : subject.rows) {
    if (row.severity != severity) continue;
    if (IsPossible(row, subject.objective.target)) {
      rows.push_back(row);
      continue;
    }
    remarks.push_back("Left out: a burn of " + NumberText(row.factor) + " over " +
                      spec::PromqlDuration(row.long_window) + "; with a target of " +
                      NumberText(subject.objective.target * 100) + " % the burn cannot exceed " +
                      NumberText(1 / (1 - subject.objective.target)) + ".");
  }
  return rows;
}

void AddAlert(const Subject& subject, core::Severity severity, RuleGroup& group) {
  const core::Alerting& alerting = subject.objective.alerting;
  const core::Alert& own = severity == core::Severity::kPage ? alerting.page : alerting.ticket;
  if (!own.enabled) return;
  const auto rows = PossibleRows(subject, severity, group.remarks);
  if (rows.empty()) return;
  const bool bounded = BoundedBy(subject.objective) != nullptr;
  const std::string expression = AnyOf(rows, [&](core::Duration window, double factor) {
    const std::string text = spec::PromqlDuration(window);
    return Burning(subject, bounded ? spec::BestRatioName(text) : spec::RatioName(text), factor);
  });
  group.rules.push_back(AlertOf(
      subject, severity, expression,
      Annotations(subject, severity, "", bounded ? spec::kBestRemaining : spec::kBudgetRemaining,
                  "sloth_id=%q", "$labels.sloth_id")));
}

// The rows of one severity, or of all of them where cohorts open tickets only.
std::vector<core::BurnRow> CohortRows(const Subject& subject, core::Severity severity) {
  std::vector<core::BurnRow> rows;
  for (const core::BurnRow& row : subject.rows) {
    if (!subject.objective.cohorts->page || row.severity == severity) rows.push_back(row);
  }
  return rows;
}

// A cohort wakes nobody unless it is asked to: it may have few events. Every row of the objective
// then opens a ticket.
void AddCohortAlert(const Subject& subject, core::Severity severity, RuleGroup& group) {
  const core::Alerting& alerting = subject.objective.alerting;
  const bool page = severity == core::Severity::kPage;
  if (!(page ? alerting.page : alerting.ticket).enabled || CohortRecordings(subject).empty())
    return;
  if (page && !subject.objective.cohorts->page) return;
  const std::vector<core::BurnRow> rows = CohortRows(subject, severity);
  if (rows.empty()) return;
  const std::string expression = AnyOf(rows, [&](core::Duration window, double factor) {
    return CohortBurning(subject, spec::CohortRatioName(spec::PromqlDuration(window)), factor);
  });
  Rule rule = AlertOf(
      subject, severity, expression,
      Annotations(subject, severity,
                  " of {{ with $labels.slo_cohort }}cohort {{ . }}{{ else }}no cohort{{ end }}",
                  spec::kCohortRemaining, "sloth_id=%q, slo_cohort=%q",
                  "$labels.sloth_id $labels.slo_cohort"));
  rule.alert += "Cohort";
  group.rules.push_back(std::move(rule));
}

// Without counters there is no burn, and so no alert of it. What was recorded of the last day says
// that there were some: a service that has not begun is not missed.
void AddNoDataTicket(const Subject& subject, RuleGroup& group) {
  constexpr core::Duration kPatience = 3 * spec::kBucket;
  constexpr core::Duration kMissed = std::chrono::hours(24);
  if (!subject.objective.alerting.ticket.enabled || !subject.counted ||
      !MeasuredBy(subject.objective)) {
    return;
  }
  const std::string who = std::string(spec::kSlothId) + ", " + std::string(spec::kSlothService) +
                          ", " + std::string(spec::kSlothSlo);
  const auto newest = [&](core::Duration range) {
    return "max by (" + who + ") (last_over_time(" + std::string(spec::kTotalBucket) +
           subject.selector + HalfOpenRange(range) + "))";
  };
  const core::Labels annotations = {
      {"summary",
       "{{ $labels.sloth_service }} {{ $labels.sloth_slo }} has no data: its counters are gone, so "
       "that neither its budget nor its burn rate is known."},
      {"title", "(ticket) {{ $labels.sloth_service }} {{ $labels.sloth_slo }}: no data"}};
  Rule rule =
      AlertOf(subject, core::Severity::kTicket,
              newest(kMissed) + " unless on (" + who + ") " + newest(kPatience), annotations);
  rule.alert += "NoData";
  group.rules.push_back(std::move(rule));
}

}  // namespace

RuleGroup AlertRules(const Subject& subject) {
  RuleGroup group{"sloth-slo-alerts-" + subject.id, {}, {}, {}};
  AddAlert(subject, core::Severity::kPage, group);
  AddAlert(subject, core::Severity::kTicket, group);
  AddCohortAlert(subject, core::Severity::kPage, group);
  AddCohortAlert(subject, core::Severity::kTicket, group);
  AddNoDataTicket(subject, group);
  return group;
}

}  // namespace slogate::rules
