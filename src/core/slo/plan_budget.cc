#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/slo/burn_table.h"
#include "slogate/core/budget.h"

namespace slogate::core {
namespace {

constexpr int kPieces = 720;
constexpr int kPiecesOfShortPeriods = 60;
constexpr Duration kShortPeriod = std::chrono::hours(12);
constexpr int kLeastScrapes = 4;

Duration PieceLength(Duration period, Duration scrape_interval) {
  if (period < kShortPeriod) {
    const Duration piece = period / kPiecesOfShortPeriods;
    return std::max({piece, scrape_interval * kLeastScrapes, Duration(1)});
  }
  return std::clamp<Duration>(std::chrono::floor<std::chrono::minutes>(period / kPieces),
                              std::chrono::minutes(1), std::chrono::hours(1));
}

std::vector<Duration> Windows(const BudgetWindow& window, const std::vector<BurnRow>& rows,
                              Duration scrape_interval) {
  std::vector<Duration> windows = {
      std::max(PresentWindow(window), scrape_interval * kLeastScrapes)};
  for (const BurnRow& row : rows.empty() ? BurnTable(window) : rows) {
    windows.push_back(row.long_window);
    windows.push_back(row.short_window);
  }
  std::sort(windows.begin(), windows.end());
  windows.erase(std::unique(windows.begin(), windows.end()), windows.end());
  return windows;
}

BudgetPlan PlanWindow(const BudgetWindow& window, const std::vector<BurnRow>& rows,
                      Duration scrape_interval, TimePoint at) {
  BudgetPlan plan;
  plan.first = WindowStart(window, at);
  plan.at = at;
  plan.period = NominalLength(window);
  plan.piece = PieceLength(plan.period, scrape_interval);
  plan.windows = Windows(window, rows, scrape_interval);
  plan.scrape_interval = scrape_interval;
  return plan;
}

std::optional<std::variant<Indicator, RatioIndicator>> Readable(const Sli& sli) {
  if (const auto* indicator = std::get_if<Indicator>(&sli)) return *indicator;
  if (const auto* ratio = std::get_if<RatioIndicator>(&sli)) return *ratio;
  const auto* composite = std::get_if<CompositeIndicator>(&sli);
  if (composite != nullptr && composite->per_request) return *composite->per_request;
  return std::nullopt;
}

}  // namespace

std::optional<BudgetPlan> PlanBudget(const ServiceLevelObjective& slo,
                                     const SloObjective& objective, TimePoint at) {
  auto indicator = Readable(objective.indicator);
  if (!indicator) return std::nullopt;
  BudgetPlan plan =
      PlanWindow(slo.window, objective.alerting.rows, slo.prometheus.scrape_interval, at);
  plan.indicator = *std::move(indicator);
  plan.service = slo.service;
  plan.objective = objective.name;
  plan.target = objective.target;
  if (objective.cohorts) {
    plan.cohort_label = objective.cohorts->by;
    plan.most_cohorts = objective.cohorts->most;
  }
  return plan;
}

BudgetPlan PlanBudget(const Objective& objective, Duration scrape_interval, TimePoint at) {
  BudgetPlan plan = PlanWindow(objective.window, objective.burn_rows, scrape_interval, at);
  plan.indicator = objective.indicator;
  plan.target = objective.target;
  return plan;
}

}  // namespace slogate::core
