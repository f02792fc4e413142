#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/slo/burn_windows.h"
#include "slogate/core/budget.h"
#include "slogate/core/slo.h"

namespace slogate::core {
namespace {

constexpr int kChunks = 720;
constexpr int kChunksOfShortPeriods = 60;
constexpr Duration kShortPeriod = std::chrono::hours(12);
constexpr int kMinScrapes = 4;

Duration ChunkLength(Duration period, Duration scrape_interval) {
  if (period < kShortPeriod) {
    const Duration chunk = period / kChunksOfShortPeriods;
    return std::max({chunk, scrape_interval * kMinScrapes, Duration(1)});
  }
  return std::clamp<Duration>(std::chrono::floor<std::chrono::minutes>(period / kChunks),
                              std::chrono::minutes(1), std::chrono::hours(1));
}

std::vector<Duration> PlannedWindows(const BudgetWindow& window, const std::vector<BurnRow>& rows,
                                     Duration scrape_interval) {
  std::vector<Duration> windows = {std::max(PresentWindow(window), scrape_interval * kMinScrapes)};
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
  plan.chunk = ChunkLength(plan.period, scrape_interval);
  plan.windows = PlannedWindows(window, rows, scrape_interval);
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
    plan.max_cohorts = objective.cohorts->most;
  }
  return plan;
}

BudgetPlan PlanBudget(const Objective& objective, Duration scrape_interval, TimePoint at) {
  BudgetPlan plan = PlanWindow(objective.window, objective.burn_rows, scrape_interval, at);
  plan.indicator = objective.indicator;
  plan.target = objective.target;
  return plan;
}

namespace {

DeployGate Gate(const std::array<BudgetFloor, 4>& floors, GateAction on_page_burn) {
  DeployGate gate;
  gate.floors = floors;
  gate.on_page_burn = on_page_burn;
  return gate;
}

// Floors of Low, Normal, High and Emergency changes: warn, block. No target is so loose that the
// fastest page of a 30 days' window (14.4) could not fire.
const std::array<TierDefaults, kTiers>& Table() {
  static const std::array<TierDefaults, kTiers> table = {
      {{.999, .99, .99, Gate({{{.75, .5}, {.5, .25}, {.25, 0}, {}}}, GateAction::kBlock)},
       {.995, .98, .97, Gate({{{.5, .25}, {.5, .1}, {.25, 0}, {}}}, GateAction::kBlock)},
       {.99, .97, .96, DefaultGate()},
       {.95, .95, .95, Gate({{{.25, {}}, {.1, {}}, {0, {}}, {}}}, GateAction::kWarn)}}};
  return table;
}

}  // namespace

DeployGate DefaultGate() { return Gate({{{.5, .1}, {.25, 0}, {.1, 0}, {}}}, GateAction::kBlock); }

TierDefaults DefaultsOf(int tier) {
  return Table()[static_cast<std::size_t>(std::clamp(tier, 0, kTiers - 1))];
}

}  // namespace slogate::core
