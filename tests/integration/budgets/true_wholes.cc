#include "integration/budgets/true_wholes.h"

#include <gtest/gtest.h>

#include <chrono>

#include "integration/budgets/true_budget.h"

namespace slogate::tests {
namespace {

struct Bounds {
  TrueBudget worst;
  TrueBudget best;
  core::Duration missed{0};
};

void Add(const std::optional<TrueCount>& count, TrueBudget& budget) {
  if (!count || count->unknown) return;
  budget.events += count->total;
  budget.bad += count->bad;
}

}  // namespace

void ExpectWhole(const Whole& whole, const core::BudgetVerdict& verdict,
                 const std::vector<core::WindowCounts>& chunks, const Known& known) {
  const std::string id = core::SloId(whole.slo, whole.objective);
  const TrueIndicator worst(whole.world, id);
  const TrueIndicator best(whole.world, id, "", Bound::kBest);
  Bounds truth;
  truth.worst.target = truth.best.target = whole.objective.target;
  truth.worst.window = truth.best.window = core::NominalLength(whole.slo.window);
  for (const core::WindowCounts& chunk : chunks) {
    const auto count = known.chunks(worst, MinuteOf(chunk.end), chunk.length);
    if (!count || count->unknown) truth.missed += chunk.length;
    Add(count, truth.worst);
    Add(known.chunks(best, MinuteOf(chunk.end), chunk.length), truth.best);
  }
  for (const core::BurnReading& burn : verdict.burns) {
    const auto count = known.windows(best, MinuteOf(whole.at), burn.window);
    const bool is_known = count && !count->unknown && count->total > 0;
    ASSERT_EQ(burn.burn.has_value(), is_known) << burn.window.count();
    if (!is_known) continue;
    ExpectClose(*burn.burn, count->ratio() / (1 - whole.objective.target), kExact, "burn");
    if (burn.window == std::chrono::hours(1)) truth.best.hour_burn = *burn.burn;
  }
  EXPECT_EQ(verdict.missed, truth.missed);
  if (!worst.is_bounded()) {
    EXPECT_FALSE(verdict.remaining_at_best);
    ExpectBudget(verdict, truth.best);
    return;
  }
  ASSERT_TRUE(verdict.remaining_at_best);
  ExpectClose(verdict.events, truth.worst.events, kExact, "events");
  ExpectClose(verdict.bad, truth.worst.bad, kExact, "bad events");
  ExpectClose(verdict.remaining, truth.worst.remaining(), kExact, "remaining at worst");
  ExpectClose(*verdict.remaining_at_best, truth.best.remaining(), kExact, "remaining at best");
  EXPECT_EQ(verdict.state, truth.best.remaining() > 0 ? core::BudgetState::kHealthy
                                                      : core::BudgetState::kExhausted);
  ExpectExhaustion(verdict, truth.best);
}

std::vector<core::BudgetReading> ReadAll(
    const core::ServiceLevelObjective& slo, core::TimePoint at,
    const std::function<core::BudgetReading(const core::BudgetPlan& plan)>& read) {
  std::vector<core::BudgetReading> readings;
  for (const core::SloObjective& objective : slo.objectives) {
    const auto plan = core::PlanBudget(slo, objective, at);
    readings.push_back(plan ? read(*plan) : core::BudgetReading{});
  }
  return readings;
}

}  // namespace slogate::tests
