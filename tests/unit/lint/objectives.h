// Objectives to lint, in a line each.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lint/lint.h"
#include "promql/selector.h"

namespace slogate::lint {

inline core::Selector Read(const std::string& selector) {
  return promql::ParseSelector(selector).value();
}

inline core::Indicator Bad(const std::string& total, const std::string& bad) {
  return core::CounterIndicator{Read(total), Read(bad), false};
}

inline core::Indicator Good(const std::string& total, const std::string& good) {
  return core::CounterIndicator{Read(total), Read(good), true};
}

// Queries as Sloth has them.
inline core::Indicator Rates(const std::string& total, const std::string& bad) {
  core::PromqlIndicator promql;
  promql.total = total;
  promql.part = bad;
  promql.per_second = true;
  return promql;
}

inline core::Indicator Faster(const std::string& histogram, double threshold) {
  return core::HistogramIndicator{Read(histogram), threshold};
}

inline core::ServiceLevelObjective SloOf(std::vector<core::Sli> indicators) {
  core::ServiceLevelObjective slo;
  slo.name = "pipeline";
  slo.service = "pipeline";
  for (core::Sli& indicator : indicators) {
    core::SloObjective& objective = slo.objectives.emplace_back();
    objective.name = std::string(1, static_cast<char>('a' + slo.objectives.size() - 1));
    objective.target = 0.995;
    objective.indicator = std::move(indicator);
  }
  return slo;
}

// Codes of the findings, in order.
inline std::vector<std::string> CodesOf(const std::vector<Finding>& findings) {
  std::vector<std::string> codes;
  for (const Finding& finding : findings) codes.push_back(finding.code);
  return codes;
}

inline std::vector<std::string> CodesOf(const core::Sli& indicator) {
  return CodesOf(Lint(SloOf({indicator})));
}

inline std::optional<Finding> With(const std::vector<Finding>& findings, const std::string& code) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& one) { return one.code == code; });
  return found == findings.end() ? std::nullopt : std::optional(*found);
}

}  // namespace slogate::lint
