#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "slogate/core/freeze.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kFourHours = 960;

// 100 requests a second, .5 % bad: a service that three times the errors are quickly seen on.
ObjectiveHistory History() {
  ObjectiveHistory history;
  history.blocks.assign(kFourHours, Counts{1500, 7.5});
  return history;
}

Step EarlyStep(int weight, Duration least, Duration longest = 0s) {
  Step step;
  step.weight_percent = weight;
  step.min_duration = least;
  step.max_duration = longest;
  return step;
}

Step LastStep(int weight) {
  Step step = EarlyStep(weight, 10min);
  step.require = Require::kProvenNotWorse;
  return step;
}

FrozenParameters Plan(std::vector<Step> steps) {
  FrozenParameters frozen;
  frozen.block_length = 15s;
  frozen.steps = std::move(steps);
  return frozen;
}

FrozenObjective Objective(double phi, double kappa) {
  FrozenObjective objective;
  objective.name = "errors";
  objective.parameters.dispersion = {
      .phi_block = phi, .phi_max = phi, .kappa = kappa, .measured = true};
  return objective;
}

TEST(SlowStepsTest, IndependentEvidenceHoldsNothing) {
  const FrozenParameters frozen = Plan({EarlyStep(10, 10min), LastStep(50)});
  EXPECT_TRUE(SlowSteps(frozen, Objective(1, 1.3), History()).empty());
}

TEST(SlowStepsTest, AStepTooShortForSlowEvidenceIsHeld) {
  const FrozenParameters frozen = Plan({EarlyStep(10, 10min), LastStep(50)});
  const auto blocks = SlowSteps(frozen, Objective(40, 1.25), History());
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_GT(blocks[0], 120);  // thrice ten minutes
  EXPECT_LT(blocks[0], 4000);
  EXPECT_EQ(blocks[1], 0);  // it waits for proof anyway
}

TEST(SlowStepsTest, AStepThatMayLastLongEnoughIsNot) {
  const auto blocks =
      SlowSteps(Plan({EarlyStep(10, 10min), LastStep(50)}), Objective(40, 1.25), History());
  ASSERT_FALSE(blocks.empty());
  const FrozenParameters patient =
      Plan({EarlyStep(10, 10min, (blocks[0] + 1) * 15s), LastStep(50)});
  EXPECT_TRUE(SlowSteps(patient, Objective(40, 1.25), History()).empty());
}

TEST(SlowStepsTest, LittleTrafficIsNotSlowEvidence) {
  ObjectiveHistory history;
  history.blocks.assign(kFourHours, Counts{15, 0});
  for (std::size_t i = 0; i < kFourHours; i += 13) history.blocks[i].bad = 1;
  const FrozenParameters frozen = Plan({EarlyStep(10, 5min), LastStep(50)});
  EXPECT_TRUE(SlowSteps(frozen, Objective(40, 1.25), history).empty());
}

TEST(SlowStepsTest, WhatStaysWithinTheMarginsIsNotWaitedFor) {
  FrozenObjective objective = Objective(40, 1.25);
  objective.parameters.delta = 0.02;  // three times .5 % is 1.5 %
  EXPECT_TRUE(SlowSteps(Plan({EarlyStep(10, 10min), LastStep(50)}), objective, History()).empty());
}

TEST(SlowStepsTest, NothingIsKnownWithoutHistoryAndNothingAskedOfAReport) {
  const FrozenParameters frozen = Plan({EarlyStep(10, 10min), LastStep(50)});
  EXPECT_TRUE(SlowSteps(frozen, Objective(40, 1.25), {}).empty());
  FrozenObjective report = Objective(40, 1.25);
  report.mode = Mode::kReport;
  EXPECT_TRUE(SlowSteps(frozen, report, History()).empty());
}

TEST(SlowStepsTest, SaysWhatWouldHelp) {
  FrozenParameters frozen = Plan({EarlyStep(10, 10min), LastStep(50)});
  EXPECT_TRUE(SlowStepWarnings(frozen).empty());
  frozen.objectives = {Objective(40, 1.25)};
  frozen.objectives[0].slow_steps = {480, 0};
  EXPECT_EQ(SlowStepWarnings(frozen),
            std::vector<std::string>{
                "step 1 of 2, errors: evidence is slowed 50 times, so three times the bad events "
                "would be seen only after about 2 h at 10 %; the step holds until then; a higher "
                "weight, more traffic, or a retry when the baseline's last hours were calmer would "
                "help, and gate promote passes the step without"});
  frozen.objectives[0].slow_steps = {kMaxSlowBlocks};
  EXPECT_NE(SlowStepWarnings(frozen).at(0).find("would not be seen at all at 10 %"),
            std::string::npos);
}

}  // namespace
}  // namespace slogate::core
