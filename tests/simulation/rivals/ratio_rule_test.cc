#include "simulation/rivals/ratio_rule.h"

#include <gtest/gtest.h>

#include "unit/simulation/scenarios.h"

namespace slogate::simulation {
namespace {

class RatioRuleTest : public testing::Test {
 protected:
  void SetUp() override { rule_->Begin({}); }

  Reaction See(double x, double y, double nc, double nb) {
    core::Block block;
    block.index = index_;
    block.objectives.resize(1);
    block.objectives.front().counts = {{.total = nc, .bad = x}, {.total = nb, .bad = y}};
    return rule_->See({.block = index_++, .step = 0, .step_over = false, .seen = block});
  }

  Scenario scenario_ = [] {
    Scenario scenario = Steady();
    scenario.duration = 60 * scenario.block_length;  // planned blocks of the published numbers
    return scenario;
  }();
  std::unique_ptr<ReleaseRule> rule_ = RatioRule().make(scenario_);
  std::int64_t index_ = 0;
};

// The published numbers of the comparator's likelihood ratio at phi 1.
TEST_F(RatioRuleTest, AgreesWithPublishedNumbers) {
  EXPECT_NEAR(See(6, 27, 600, 5400).evidence.rollback, 0.3523418560, 1e-9);
  EXPECT_NEAR(See(7, 25, 590, 5410).evidence.rollback, 1.9071977684, 1e-9);
  EXPECT_NEAR(See(5, 30, 610, 5390).evidence.rollback, 1.7297512830, 1e-9);
  EXPECT_NEAR(See(8, 26, 600, 5400).evidence.rollback, 3.9099596037, 1e-9);
  EXPECT_NEAR(See(9, 28, 1200, 4800).evidence.rollback, 3.2589967474, 1e-9);
  EXPECT_NEAR(See(12, 27, 1200, 4800).evidence.rollback, 4.3795919223, 1e-9);
}

TEST_F(RatioRuleTest, RollsBackAtOneOverAlpha) {
  EXPECT_EQ(See(6, 27, 600, 5400).move, Move::kHold);
  const Reaction reaction = See(30, 27, 600, 5400);
  EXPECT_GT(reaction.evidence.rollback, 4.61);
  EXPECT_EQ(reaction.move, Move::kRollBack);
}

}  // namespace
}  // namespace slogate::simulation
