// Objectives that are made of others, as they are judged.
#include "core/slo/objective_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

using testing::ElementsAre;

constexpr auto kNormal = ChangePriority::kNormal;

ServiceLevelObjective Composite() {
  auto slo =
      SmallSlo({SmallObjective("good", .98), SmallObjective("available"), SmallObjective("fast")});
  slo.objectives[0].indicator = CompositeIndicator{{"available", "fast"}, std::nullopt};
  return slo;
}

TEST(ObjectiveSeriesTest, ACompositeBlocksOnlyOnWhatIsCertain) {
  // 1.2 % + .9 % = 2.1 % of an allowed 2 % at worst, 1.2 % at best.
  const auto summary = JudgeSlo(Composite(), {{}, Spent(1.2), Spent(.9)}, kNormal, kNoon);
  const auto& whole = summary.objectives[0];
  ASSERT_EQ(whole.verdicts.size(), 1u);
  EXPECT_NEAR(whole.verdicts[0].remaining, -.05, 1e-9);
  EXPECT_NEAR(*whole.verdicts[0].remaining_at_best, .4, 1e-9);
  EXPECT_EQ(whole.verdicts[0].state, BudgetState::kHealthy);
  ASSERT_EQ(whole.findings.size(), 1u);
  EXPECT_EQ(whole.findings[0].action, GateAction::kWarn);
  EXPECT_EQ(whole.findings[0].message, "105 % of the error budget is spent (at best 60 %)");
  const auto certain = JudgeSlo(Composite(), {{}, Spent(2.1), Spent(.1)}, kNormal, kNoon);
  EXPECT_EQ(certain.objectives[0].findings[0].action, GateAction::kBlock);
}

TEST(ObjectiveSeriesTest, ACompositesBurnFiresOnWhatIsCertain) {
  // 20 % + 20 % burn at 20 of 14.4 at worst, at 10 at best.
  const auto summary = JudgeSlo(Composite(), {{}, Burning(20), Burning(20)}, kNormal, kNoon);
  EXPECT_FALSE(summary.objectives[0].verdicts[0].rows[0].firing);
  EXPECT_TRUE(summary.objectives[0].verdicts[0].rows[1].firing);
  EXPECT_NEAR(*summary.objectives[0].verdicts[0].burns[0].burn, 10, 1e-9);
}

TEST(ObjectiveSeriesTest, ACompositeWithAMetricPerRequestIsReadLikeAnyOther) {
  auto slo = Composite();
  slo.objectives[0].indicator = CompositeIndicator{
      {"available", "fast"}, CounterIndicator{{"all_total", {}}, {"bad_total", {}}, false}};
  const auto summary =
      JudgeSlo(slo, {SteadyAt(.004), SteadyAt(.003), SteadyAt(.003)}, kNormal, kNoon);
  EXPECT_NEAR(summary.objectives[0].verdicts[0].remaining, .8, 1e-9);
  EXPECT_FALSE(summary.objectives[0].verdicts[0].remaining_at_best);
}

TEST(ObjectiveSeriesTest, APartThatFailedMakesTheWholeUnknown) {
  const auto summary = JudgeSlo(Composite(), {{}, SteadyAt(.001), FailedRead()}, kNormal, kNoon);
  EXPECT_EQ(summary.objectives[0].source, SourceProblem::kUnreachable);
  EXPECT_EQ(summary.objectives[0].source_message, "fast: connection refused");
  EXPECT_EQ(summary.objectives[0].verdicts[0].state, BudgetState::kUnknown);
  const auto missing = JudgeSlo(Composite(), {{}, SteadyAt(.001), Read({})}, kNormal, kNoon);
  EXPECT_EQ(missing.objectives[0].verdicts[0].state, BudgetState::kUnknown);
  EXPECT_TRUE(missing.no_data);
}

TEST(ObjectiveSeriesTest, APartThatDoesNotExistOrIsTheWholeItselfIsUnknown) {
  auto slo = Composite();
  slo.objectives[0].indicator = CompositeIndicator{{"good", "fast"}, std::nullopt};
  EXPECT_EQ(
      JudgeSlo(slo, {{}, SteadyAt(0), SteadyAt(0)}, kNormal, kNoon).objectives[0].verdicts[0].state,
      BudgetState::kUnknown);
  slo.objectives[0].indicator = CompositeIndicator{{"nowhere", "fast"}, std::nullopt};
  EXPECT_EQ(
      JudgeSlo(slo, {{}, SteadyAt(0), SteadyAt(0)}, kNormal, kNoon).objectives[0].verdicts[0].state,
      BudgetState::kUnknown);
}

TEST(ObjectiveSeriesTest, CohortsOfACompositeAreThoseThatAllItsPartsHave) {
  auto slo = Composite();
  slo.objectives[0].cohorts = SloCohorts{"region", 50, {}};
  const auto part = Read(
      {Steady(kNoon, 1000, .002), Steady(kNoon, 100, .004, "eu"), Steady(kNoon, 100, .004, "us")});
  const auto other = Read({Steady(kNoon, 1000, .002), Steady(kNoon, 100, .002, "eu")});
  const auto summary = JudgeSlo(slo, {{}, part, other}, kNormal, kNoon);
  ASSERT_EQ(summary.objectives[0].verdicts.size(), 2u);
  EXPECT_EQ(summary.objectives[0].verdicts[1].cohort, "eu");
  EXPECT_NEAR(summary.objectives[0].verdicts[1].remaining, .7, 1e-9);
}

ServiceLevelObjective Journey() {
  auto slo =
      SmallSlo({SmallObjective("buy", .97), SmallObjective("browse"), SmallObjective("pay", .98)});
  slo.objectives[0].indicator = JourneyIndicator{{{"browse", 1, {}}, {"pay", .5, {"browse"}}}};
  return slo;
}

TEST(ObjectiveSeriesTest, AJourneyIsTheProductOfItsSteps) {
  const auto summary = JudgeSlo(Journey(), {{}, SteadyAt(.01), SteadyAt(.06)}, kNormal, kNoon);
  const auto& buy = summary.objectives[0];
  EXPECT_NEAR(buy.verdicts[0].bad / buy.verdicts[0].events, 1 - .99 * .97, 1e-9);
  EXPECT_FALSE(buy.verdicts[0].remaining_at_best);
  EXPECT_THAT(buy.notes, ElementsAre("most journeys are lost at pay: 75 % of those lost; 99 % of "
                                     "all reach it"));
}

TEST(ObjectiveSeriesTest, AStepMayBeACompositeAndHasItsBounds) {
  auto slo = Journey();
  slo.objectives[2].indicator = CompositeIndicator{{"browse", "ship"}, std::nullopt};
  slo.objectives.push_back(SmallObjective("ship"));
  const auto summary = JudgeSlo(slo, {{}, SteadyAt(.01), {}, SteadyAt(.01)}, kNormal, kNoon);
  const auto& verdict = summary.objectives[0].verdicts[0];
  EXPECT_NEAR(verdict.remaining, 1 - (1 - .99 * .99) / .03, 1e-9);
  EXPECT_NEAR(*verdict.remaining_at_best, 1 - (1 - .99 * .995) / .03, 1e-9);
}

TEST(ObjectiveSeriesTest, ADeepPileOfCompositesIsJudgedOnce) {
  // Each is made of the two below it: by naive recursion 2^60 readings.
  std::vector<SloObjective> objectives = {SmallObjective("o0"), SmallObjective("o1")};
  for (int i = 2; i < 90; ++i) {
    objectives.push_back(SmallObjective("o" + std::to_string(i)));
    objectives.back().indicator = CompositeIndicator{
        {"o" + std::to_string(i - 1), "o" + std::to_string(i - 2)}, std::nullopt};
  }
  std::vector<BudgetReading> readings(objectives.size());
  BudgetSeries one_chunk;
  one_chunk.chunks = {Counted(kNoon, days(30), 1000, 1)};
  readings[0] = readings[1] = Read({one_chunk});
  const auto summary = JudgeSlo(SmallSlo(objectives), readings, kNormal, kNoon);
  EXPECT_EQ(summary.objectives.back().verdicts[0].bad, 1000);
  EXPECT_NEAR(*summary.objectives.back().verdicts[0].remaining_at_best, .9, 1e-9);
}

}  // namespace
}  // namespace slogate::core
