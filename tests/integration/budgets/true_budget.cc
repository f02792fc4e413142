#include "integration/budgets/true_budget.h"

#include <cmath>

namespace slogate::tests {

std::optional<core::Duration> TrueBudget::ExhaustedIn() const {
  if (remaining() <= 0) return core::Duration(0);
  if (!hour_burn || *hour_burn <= 0) return std::nullopt;
  const bool rolling = left == core::Duration(0);
  if (rolling && *hour_burn <= 1) return std::nullopt;
  const double hours = remaining() * static_cast<double>(window.count()) / *hour_burn;
  if (!rolling && hours >= static_cast<double>(left.count())) return std::nullopt;
  return core::Duration(static_cast<core::Duration::rep>(hours));
}

void ExpectBudget(const core::BudgetVerdict& verdict, const TrueBudget& budget) {
  EXPECT_TRUE(verdict.counted);
  ExpectClose(verdict.events, budget.events, kExact, "events");
  ExpectClose(verdict.bad, budget.bad, kExact, "bad events");
  ExpectClose(verdict.budget, budget.budget(), kExact, "budget");
  ExpectClose(verdict.remaining, budget.remaining(), kExact, "remaining");
  EXPECT_EQ(verdict.state,
            budget.remaining() > 0 ? core::BudgetState::kHealthy : core::BudgetState::kExhausted);
  ExpectExhaustion(verdict, budget);
}

void ExpectExhaustion(const core::BudgetVerdict& verdict, const TrueBudget& budget) {
  const std::optional<core::Duration> exhausted_in = budget.ExhaustedIn();
  ASSERT_EQ(verdict.exhausted_in.has_value(), exhausted_in.has_value());
  if (exhausted_in) {
    ExpectClose(static_cast<double>(verdict.exhausted_in->count()),
                static_cast<double>(exhausted_in->count()), 1e-6, "milliseconds to exhaustion");
  }
}

void ExpectSince(const core::BudgetPlan& plan, const core::BudgetVerdict& verdict,
                 const TrueIndicator& truth) {
  const core::TimePoint since = plan.at - verdict.observed;
  const core::TimePoint born = AtMinute(truth.born());
  const bool young = born > plan.first;
  EXPECT_EQ(verdict.provisional, young);
  EXPECT_LE(since, young ? born : plan.first);
  EXPECT_GE(since, young ? born - plan.period / 60 : plan.first);
}

}  // namespace slogate::tests
