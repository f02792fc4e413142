#include <gtest/gtest.h>

#include "app/cli/status/rollout_view.h"

namespace slogate::app {
namespace {

using Sentences = std::vector<std::string>;

core::FrozenObjective Independent() {
  core::FrozenObjective objective;
  objective.parameters.dispersion = {.phi_block = 1, .phi_max = 1, .kappa = 1.3, .measured = true};
  objective.calibration.aa_test = core::Calibration::AaTest::kQuiet;
  return objective;
}

TEST(CalibrationWordsTest, SlowedByTheSlowerOfTheTwo) {
  EXPECT_EQ(Slowdown({.phi_block = 1, .phi_max = 1, .kappa = 1, .measured = true}), 1);
  EXPECT_EQ(Slowdown({.phi_block = 2, .phi_max = 2, .kappa = 3, .measured = true}), 6);
  EXPECT_EQ(Slowdown({.phi_block = 1, .phi_max = 8, .kappa = 1, .measured = true}), 8);
}

TEST(CalibrationWordsTest, NothingNotableOfIndependentRequests) {
  EXPECT_EQ(CalibrationSentences(Independent(), Detail::kNotable), Sentences());
  EXPECT_EQ(CalibrationSentences(Independent(), Detail::kAll),
            (Sentences{"requests appear independent of each other: evidence slowed 1.3 times",
                       "A/A test: quiet, this gate would not have fired on the baseline against "
                       "itself"}));
}

TEST(CalibrationWordsTest, BurstsAndWhatWouldHelp) {
  core::FrozenObjective objective = Independent();
  objective.parameters.dispersion.kappa = 2.4;
  EXPECT_EQ(CalibrationSentences(objective, Detail::kNotable),
            Sentences{"requests arrive in bursts: evidence slowed 2.4 times; longer steps would "
                      "help"});
  objective.calibration.baseline_pods = 20;
  EXPECT_EQ(CalibrationSentences(objective, Detail::kNotable),
            Sentences{"requests arrive in bursts: evidence slowed 2.4 times; more canary pods "
                      "would help"});
}

TEST(CalibrationWordsTest, BatchesAndWhatWouldHelp) {
  core::FrozenObjective objective = Independent();
  objective.parameters.scores = true;
  objective.parameters.batches = {.longest = 1, .every = 5, .wait = 32, .spread = 0.2};
  EXPECT_EQ(CalibrationSentences(objective, Detail::kNotable),
            Sentences{"events come in batches, which are compared one by one; their bad rates "
                      "differ by 20 %; more batches an hour would help, not more events in each"});
}

TEST(CalibrationWordsTest, PodsThatDiffer) {
  core::FrozenObjective objective = Independent();
  objective.calibration = {.baseline_pods = 20, .canary_pods = 2, .pod_spread = 0.3};
  objective.parameters.r0 = 1.42;
  EXPECT_EQ(CalibrationSentences(objective, Detail::kNotable),
            Sentences{"pods differ by 30 %: with 2 canary pods against 20 the margin is 1.4; more "
                      "canary pods would narrow it"});
}

TEST(CalibrationWordsTest, WhatWasNotMeasuredIsSaid) {
  const Sentences said = CalibrationSentences(core::FrozenObjective(), Detail::kNotable);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("dispersion is taken to be 2"), std::string::npos) << said[0];
}

TEST(CalibrationWordsTest, AAaTestThatFiredIsNotable) {
  core::FrozenObjective objective = Independent();
  objective.calibration.aa_test = core::Calibration::AaTest::kFired;
  objective.indicator = core::ScoreHistogramIndicator{};
  const Sentences said = CalibrationSentences(objective, Detail::kNotable);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_TRUE(said[0].starts_with("squared scores are not relied upon")) << said[0];
  EXPECT_TRUE(said[1].starts_with("A/A test: this gate would have fired")) << said[1];
  objective.parameters.squares = true;
  EXPECT_EQ(CalibrationSentences(objective, Detail::kNotable).size(), 1U);
}

}  // namespace
}  // namespace slogate::app
