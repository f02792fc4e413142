// What all rules of one objective share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rules/rule_yaml.h"
#include "slogate/core/budget.h"
#include "slogate/core/slo.h"

namespace slogate::rules {

// Refers to the SLO, which outlives it.
struct Subject {
  const core::ServiceLevelObjective& slo;
  const core::SloObjective& objective;
  std::string id;
  core::Labels labels;                  // of every recorded series
  std::string selector;                 // of its recorded series, in braces
  core::Duration period{0};             // nominal length of the budget window
  std::vector<core::BurnRow> rows;      // of the alerts
  std::vector<core::Duration> windows;  // whose ratios are recorded, ascending; not the period
  // Whether events are known, not ratios only: of a composite or journey, those of every part.
  bool counted = false;
};

Subject SubjectOf(const core::ServiceLevelObjective& slo, const core::SloObjective& objective);

// By name; the SLO's readers see to it that there is one.
const core::SloObjective* FindObjective(const core::ServiceLevelObjective& slo,
                                        std::string_view name);

// Matchers of the series recorded for an objective, in braces.
std::string SelectorOf(const core::ServiceLevelObjective& slo, const core::SloObjective& objective);

// `added` wins over `labels`; names that Prometheus refuses are left out.
core::Labels Merged(const core::Labels& labels, const core::Labels& added);

// 1 - target, as PromQL.
std::string BudgetText(double target);

// A range that selects samples of (t - length, t], also where ranges are closed on the left.
std::string HalfOpenRange(core::Duration length);

// The newest sample of a series that is recorded every five minutes, whatever other labels it has
// or had; and the same for each cohort.
std::string Newest(std::string_view name, const std::string& selector);
std::string NewestOfCohorts(std::string_view name, const std::string& selector);

// How an objective's events are counted and related to those of its parts.

// What is measured itself, or nothing for composites without a metric per request and for journeys.
using Measured = std::variant<core::Indicator, core::RatioIndicator>;
std::optional<Measured> MeasuredBy(const core::SloObjective& objective);

// Of such a composite.
const core::CompositeIndicator* BoundedBy(const core::SloObjective& objective);
const core::JourneyIndicator* JourneyOf(const core::SloObjective& objective);

// The bad ratio over a window.
std::string RatioExpression(const Subject& subject, std::string_view window);

// The same for a composite's parts failing together as far as they can.
std::string BestRatioExpression(const Subject& subject, std::string_view window);

// Events of one bucket. Recorded in this order, each may use those before it by its recorded name.
struct BucketRule {
  std::string_view record;
  std::string expression;
};
std::vector<BucketRule> BucketRules(const Subject& subject);

// The groups that RulesOf is made of, each of one objective.

RuleGroup SliRecordings(const Subject& subject);
RuleGroup MetaRecordings(const Subject& subject);

// Events of five minutes and of the period; for an objective whose events are known.
RuleGroup BudgetRecordings(const Subject& subject);

// Of an objective with cohorts; none where they cannot be reported apart.
std::vector<RuleGroup> CohortRecordings(const Subject& subject);

// Without rules when every alert is switched off or impossible.
RuleGroup AlertRules(const Subject& subject);

}  // namespace slogate::rules
