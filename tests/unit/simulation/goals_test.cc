#include "simulation/goals.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <vector>

#include "unit/simulation/scenarios.h"

namespace slogate::simulation {
namespace {

using namespace std::chrono_literals;

// `caught` of the runs within 1, 2, 3 ... minutes of the fault, the others undecided.
RunTotals TotalsOf(const Scenario& scenario, int runs, int caught) {
  std::vector<Outcome> outcomes(static_cast<std::size_t>(runs));
  for (int i = 0; i < runs; ++i) {
    Outcome& outcome = outcomes[static_cast<std::size_t>(i)];
    outcome.bad_served = 30;
    if (i >= caught) continue;
    outcome.end = End::kRolledBack;
    outcome.after = std::chrono::minutes(i + 1);
    if (scenario.fault) outcome.since_fault = outcome.after;
  }
  return simulation::TotalsOf("gate", HasFault(scenario), outcomes);
}

GoalReading Read(Scenario scenario, Goal goal, int runs, int caught) {
  scenario.goals = {goal};
  return ReadGoals(scenario, TotalsOf(scenario, runs, caught)).front();
}

TEST(GoalsTest, AShareIsMissedOnlyBeyondChance) {
  const Goal goal{Figure::kFalseRollback, 1};
  EXPECT_EQ(Read(Steady(), goal, 100, 1).result, GoalResult::kPass);
  EXPECT_EQ(Read(Steady(), goal, 100, 2).result, GoalResult::kOpen);
  const GoalReading missed = Read(Steady(), goal, 100, 10);
  EXPECT_EQ(missed.result, GoalResult::kMiss);
  EXPECT_DOUBLE_EQ(missed.value, 10);
  EXPECT_GT(missed.low, 1);
  EXPECT_GT(missed.high, missed.value);
}

TEST(GoalsTest, CaughtIsAtLeast) {
  const Goal goal{Figure::kCaught, 90};
  EXPECT_EQ(Read(WithFault(3), goal, 100, 95).result, GoalResult::kPass);
  EXPECT_EQ(Read(WithFault(3), goal, 100, 88).result, GoalResult::kOpen);
  EXPECT_EQ(Read(WithFault(3), goal, 100, 50).result, GoalResult::kMiss);
}

TEST(GoalsTest, TimesAreInMinutesOverAllRuns) {
  const GoalReading median = Read(WithFault(3), {Figure::kMedian, 50}, 100, 100);
  EXPECT_DOUBLE_EQ(median.value, 50);
  EXPECT_EQ(median.result, GoalResult::kPass);
  EXPECT_LT(median.low, 45);
  EXPECT_GT(median.high, 55);
  EXPECT_EQ(Read(WithFault(3), {Figure::kMedian, 48}, 100, 100).result, GoalResult::kOpen);
  EXPECT_EQ(Read(WithFault(3), {Figure::kMedian, 20}, 100, 100).result, GoalResult::kMiss);
}

TEST(GoalsTest, WhatIsNeverCaughtIsMissed) {
  const GoalReading median = Read(WithFault(3), {Figure::kMedian, 50}, 1000, 10);
  EXPECT_TRUE(std::isinf(median.value));
  EXPECT_EQ(median.result, GoalResult::kMiss);
}

TEST(GoalsTest, BadEventsAreHeldAgainstWald) {
  // ln 100 / k(3, 1/9) = 4.605 / 0.336.
  const GoalReading wald = Read(WithFault(3), {Figure::kWald, 1.6}, 100, 100);
  const double growth = std::log(3.0) - 4 * std::log((3.0 / 9 + 1) / (1.0 / 9 + 1));
  EXPECT_NEAR(wald.value, 30 / (std::log(100.0) / growth), 1e-9);
}

}  // namespace
}  // namespace slogate::simulation
