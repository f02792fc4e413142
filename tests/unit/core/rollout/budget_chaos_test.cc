// Whole rollouts under budgets that say anything at all: none of it rolls back, and none raises a
// weight that would not have been raised without it.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

class AnyBudget {
 public:
  explicit AnyBudget(unsigned seed) : random_(seed) {}

  BudgetReported Reported() {
    BudgetReported reported;
    reported.bad_share = Number();
    reported.recent_bad_share = Number();
    reported.events = Pick(4) == 0 ? 0 : std::abs(Number()) * 1e6;
    reported.young = Pick(2) == 0;
    reported.problem = Pick(4) == 0 ? static_cast<CountProblem>(Pick(6)) : CountProblem::kNone;
    reported.source = Pick(5) == 0 ? static_cast<SourceProblem>(Pick(9)) : SourceProblem::kNone;
    return reported;
  }

  RolloutBudget Effects() {
    RolloutBudget budget;
    budget.on_exhausted = static_cast<BudgetEffect>(Pick(4));
    budget.on_burning = static_cast<BudgetEffect>(Pick(4));
    if (Pick(2) == 0) budget.max_budget_spend = 0.01;
    if (Pick(2) == 0) budget.tighten_below = 0.5;
    budget.tightened_d = 0.01;
    return budget;
  }

  int Pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

 private:
  double Number() {
    switch (Pick(8)) {
      case 0:
        return std::numeric_limits<double>::quiet_NaN();
      case 1:
        return std::numeric_limits<double>::infinity();
      case 2:
        return -1;
      case 3:
        return 0;
      default:
        return std::uniform_real_distribution<double>(0, 0.3)(random_);
    }
  }
  std::mt19937_64 random_;
};

class BudgetChaosTest : public ::testing::TestWithParam<unsigned> {};

TEST_P(BudgetChaosTest, NothingThatABudgetSaysRollsBackOrRaisesAWeight) {
  AnyBudget any(GetParam());
  SmallWorld world(Promotion::kManaged, GetParam());
  world.policy.budget = any.Effects();
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  world.Release("v2");
  for (int check = 0; check < 300; ++check) {
    if (any.Pick(10) == 0) world.budgets = {any.Reported(), any.Reported(), any.Reported()};
    if (any.Pick(50) == 0) world.budgets_read = !world.budgets_read;
    if (any.Pick(50) == 0) world.requests.resume += "r";

    SmallWorld without = world;
    without.policy.budget.reset();
    const Decision free = without.Check();
    const Decision held = world.Check();
    ASSERT_NE(world.state.phase, Phase::kRollingBack) << world.state.message;
    ASSERT_LE(held.next_state.desired_percent, free.next_state.desired_percent);
    for (const BudgetStatus& status : held.next_state.budgets) {
      ASSERT_TRUE(std::isfinite(status.burn));
    }
  }
  world.budgets = {};
  world.budgets_read = true;
  world.requests.resume += "!";
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 6h)) << world.state.message;
}

INSTANTIATE_TEST_SUITE_P(Seeds, BudgetChaosTest, ::testing::Range(0u, 20u));

}  // namespace
}  // namespace slogate::core
