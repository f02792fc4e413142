// What all rules of one objective share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

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

// The newest sample of a series that is recorded every five minutes.
std::string Newest(std::string_view name, const std::string& selector);

}  // namespace slogate::rules
