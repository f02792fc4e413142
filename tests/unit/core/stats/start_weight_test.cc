#include <gtest/gtest.h>

#include <cmath>

#include "slogate/core/comparator.h"

namespace slogate::core {
namespace {

// A part that goes on for ever, as 1/(k ln^2 k).
double Endless(long k) {
  const double late = 16 + static_cast<double>(k);
  return 0.1 * std::log(16.5) / (late * std::log(late) * std::log(late));
}

TEST(StartWeightTest, OneStepStartsMostAtOnceAndTheRestOverThePlanAndBeyond) {
  EXPECT_DOUBLE_EQ(StartWeight(0, 60, 1, false), 0.8);
  EXPECT_DOUBLE_EQ(StartWeight(1, 60, 1, false), 0.1 / 59 + Endless(1));
  EXPECT_DOUBLE_EQ(StartWeight(59, 60, 1, false), 0.1 / 59 + Endless(59));
  EXPECT_DOUBLE_EQ(StartWeight(60, 60, 1, false), Endless(60));
  EXPECT_DOUBLE_EQ(StartWeight(6000, 60, 1, false), Endless(6000));
}

TEST(StartWeightTest, LaterStepsShareAnEqualPart) {
  EXPECT_DOUBLE_EQ(StartWeight(0, 100, 5, false), 0.4);
  EXPECT_DOUBLE_EQ(StartWeight(20, 100, 5, true), 0.1);
  EXPECT_DOUBLE_EQ(StartWeight(21, 100, 5, false), 0.1 / 99 + Endless(21));
}

TEST(StartWeightTest, AStepThatBeginsAfterThePlanStillGetsItsPart) {
  EXPECT_DOUBLE_EQ(StartWeight(500, 100, 5, true), 0.1);
  EXPECT_DOUBLE_EQ(StartWeight(501, 100, 5, false), Endless(501));
}

TEST(StartWeightTest, ARolloutOfOneBlockOrNoneIsFinite) {
  EXPECT_DOUBLE_EQ(StartWeight(0, 1, 1, false), 0.8);
  EXPECT_DOUBLE_EQ(StartWeight(1, 1, 1, false), Endless(1));
  EXPECT_DOUBLE_EQ(StartWeight(0, 0, 1, false), 0.8);
  EXPECT_DOUBLE_EQ(StartWeight(-1, 60, 1, false), 0);
}

double SumOverRollout(long planned, long actual, int steps, long first_later, long step_length) {
  double sum = 0;
  int begun = 1;
  for (long k = 0; k < actual; ++k) {
    const bool begins = begun < steps && k >= first_later && (k - first_later) % step_length == 0;
    if (begins) ++begun;
    sum += StartWeight(k, planned, steps, begins);
  }
  return sum;
}

TEST(StartWeightTest, SumsToOneAtMostHoweverTheRolloutGoes) {
  // A year in blocks of 15 s, in one step.
  EXPECT_LE(SumOverRollout(60, 2'102'400, 1, 1, 1), 1);
  EXPECT_GE(SumOverRollout(60, 2'102'400, 1, 1, 1), 0.95);
  for (const int steps : {1, 2, 5}) {
    for (const long first_later : {1L, 10L, 59L, 200L}) {
      EXPECT_LE(SumOverRollout(60, 1000, steps, first_later, 7), 1 + 1e-12)
          << steps << " steps, the second at block " << first_later;
    }
  }
}

TEST(StartWeightTest, AbsorbNeverStartsMoreThanThereIs) {
  EvidenceState state;
  for (int k = 0; k < 3; ++k) Absorb(state, {}, {{100, 1}, {900, 9}}, 0.8);
  EXPECT_EQ(state.started_weight, 1);
  EvidenceState once;
  for (const double weight : {0.8, 1 - 0.8, 0.0}) Absorb(once, {}, {{100, 1}, {900, 9}}, weight);
  EXPECT_DOUBLE_EQ(Evaluate(state).rollback, Evaluate(once).rollback);
}

}  // namespace
}  // namespace slogate::core
