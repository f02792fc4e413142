#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "simulation/rivals/mann_whitney_rule.h"
#include "simulation/rivals/proportion_test.h"
#include "simulation/rivals/rivals.h"
#include "simulation/rivals/threshold_rule.h"
#include "simulation/rivals/z_test_rule.h"

namespace slogate::simulation {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Scenario TwoObjectives() {
  Scenario scenario;
  scenario.block_length = std::chrono::seconds(15);
  scenario.steps = {SteadyStep(10, scenario.duration)};
  scenario.objectives = {ObjectiveScenario{}, ObjectiveScenario{}};
  scenario.objectives[0].name = "errors";
  scenario.objectives[1].name = "slow";
  scenario.objectives[1].target = .9;
  return scenario;
}

// A rule fed with whole minutes of four blocks.
class RivalTest : public ::testing::Test {
 protected:
  void Start(const RuleKind& kind) {
    rule_ = kind.make(scenario_);
    rule_->Begin({});
    block_ = 0;
  }

  // One minute in which both objectives count the same; the reaction to its last block.
  Reaction Minute(const core::PairedCounts& counts, bool step_over = false) {
    Reaction reaction;
    for (int i = 0; i < 4; ++i) {
      core::Block block;
      block.index = block_;
      block.objectives.resize(2);
      if (i == 1) {
        for (core::ObjectiveBlock& one : block.objectives) one.counts = counts;
      }
      reaction = rule_->See({block_++, 0, step_over, block});
      if (i < 3 && !step_over) {
        EXPECT_EQ(reaction.move, Move::kHold);
      }
    }
    return reaction;
  }

  static core::PairedCounts Errors(double canary, double baseline) {
    return {{.total = 600, .bad = canary}, {.total = 5400, .bad = baseline}};
  }

  Scenario scenario_ = TwoObjectives();
  std::unique_ptr<ReleaseRule> rule_;
  std::int64_t block_ = 0;
};

TEST_F(RivalTest, ThresholdFailsAtTheFirstBadMinute) {
  Start(ThresholdRule());
  EXPECT_EQ(Minute(Errors(6, 30)).move, Move::kHold) << "99 % is enough";
  const Reaction reaction = Minute(Errors(7, 30));
  EXPECT_EQ(reaction.move, Move::kRollBack);
  EXPECT_THAT(reaction.failed_objectives, ElementsAre("errors")) << "the other's target is 90 %";
}

TEST_F(RivalTest, ThresholdWithALimitCountsFailuresInARow) {
  Start(ThresholdRule(2));
  EXPECT_EQ(Minute(Errors(7, 0)).move, Move::kHold);
  EXPECT_EQ(Minute(Errors(0, 0)).move, Move::kHold);
  EXPECT_EQ(Minute(Errors(7, 0)).move, Move::kHold);
  EXPECT_EQ(Minute({}).move, Move::kHold) << "a minute without requests is none";
  EXPECT_EQ(Minute(Errors(7, 0)).move, Move::kRollBack);
}

TEST_F(RivalTest, StrikesAddUpWhereverTheyAre) {
  Start(StrikesRule(2));
  EXPECT_EQ(Minute(Errors(7, 0)).move, Move::kHold);
  EXPECT_EQ(Minute(Errors(0, 0)).move, Move::kHold);
  EXPECT_EQ(Minute(Errors(7, 0)).move, Move::kRollBack);
}

TEST_F(RivalTest, ANewTrialForgetsTheStrikes) {
  Start(StrikesRule(2));
  Minute(Errors(7, 0));
  rule_->Begin({});
  EXPECT_EQ(Minute(Errors(7, 0)).move, Move::kHold);
}

TEST_F(RivalTest, ZTestSumsOverTheMinutes) {
  Start(ZTestRule());
  EXPECT_EQ(Minute(Errors(6, 30)).move, Move::kHold);
  const Reaction reaction = Minute(Errors(9, 30));
  EXPECT_EQ(reaction.move, Move::kRollBack);
  EXPECT_THAT(reaction.failed_objectives, ElementsAre("errors", "slow"));
  Start(ZTestRule());
  EXPECT_EQ(Minute(Errors(0, 300)).move, Move::kHold) << "one-sided";
}

TEST(ProportionZTest, IsThatOfThePooledShare) {
  // 20 of 1000 against 10 of 1000: .01 / sqrt(.015 x .985 x .002).
  EXPECT_NEAR(ProportionZ({{.total = 1000, .bad = 20}, {.total = 1000, .bad = 10}}),
              .01 / std::sqrt(.015 * .985 * .002), 1e-12);
  EXPECT_EQ(ProportionZ({{.total = 10, .bad = 5}, {}}), 0);
  EXPECT_EQ(ProportionZ({{.total = 10, .bad = 0}, {.total = 10, .bad = 0}}), 0);
}

TEST_F(RivalTest, MannWhitneyWaitsForFiveMinutes) {
  Start(MannWhitneyRule());
  for (int minute = 1; minute <= 4; ++minute) {
    EXPECT_EQ(Minute(Errors(50 + minute, 20 + minute)).move, Move::kHold) << minute;
  }
  EXPECT_EQ(Minute(Errors(56, 26)).move, Move::kRollBack);
}

TEST_F(RivalTest, MannWhitneyIgnoresMinutesWithoutRequests) {
  Start(MannWhitneyRule());
  EXPECT_EQ(Minute({}).move, Move::kHold);
  for (int minute = 1; minute <= 4; ++minute) Minute(Errors(50 + minute, 20 + minute));
  EXPECT_EQ(Minute(Errors(56, 26)).move, Move::kRollBack);
}

TEST_F(RivalTest, EveryRivalGoesOnWhenTheStepIsOver) {
  for (const RuleKind& rule : Rivals()) {
    if (rule.name == "ratio") continue;
    Start(rule);
    EXPECT_EQ(Minute(Errors(3, 27), true).move, Move::kNextStep) << rule.name;
  }
}

}  // namespace
}  // namespace slogate::simulation
