#include "app/controller/budget_gauge.h"

#include <algorithm>
#include <cstddef>

#include "slogate/core/budget.h"
#include "spec/duration_text.h"

namespace slogate::app {
namespace {

BudgetGauge GaugeOf(const core::Objective& objective, const core::BudgetReading& reading,
                    core::TimePoint now) {
  BudgetGauge gauge{objective.name, std::nullopt, {}};
  if (reading.source != core::SourceProblem::kNone || reading.series.empty()) return gauge;
  core::BudgetTerms terms;
  terms.target = objective.target;
  terms.window = objective.window;
  terms.rows = objective.burn_rows;
  const core::BudgetSeries& all = reading.series.front();
  const core::BudgetVerdict verdict =
      core::JudgeBudget(terms, all, all.pieces.empty() ? now : all.pieces.back().end);
  if (verdict.standing != core::BudgetStanding::kUnknown) gauge.remaining = verdict.remaining;
  for (const core::BurnReading& burn : verdict.burns) {
    if (burn.burn) gauge.burns.emplace_back(spec::ToText(burn.window), *burn.burn);
  }
  return gauge;
}

}  // namespace

std::vector<BudgetGauge> BudgetsSeen(const core::Policy& policy,
                                     const std::vector<core::BudgetReading>& readings,
                                     core::TimePoint now) {
  std::vector<BudgetGauge> gauges;
  const std::size_t count = std::min(policy.objectives.size(), readings.size());
  for (std::size_t i = 0; i < count; ++i) {
    gauges.push_back(GaugeOf(policy.objectives[i], readings[i], now));
  }
  return gauges;
}

}  // namespace slogate::app
