#include "slogate/core/comparator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/stats/increments.h"
#include "unit/core/stats/simulated_traffic.h"

namespace slogate::core {
namespace {

const double kRollbackThreshold = -std::log(0.01);
const double kPromotionThreshold = -std::log(0.05);

PairedCounts BlockOf(double x, double y, double nc, double nb) { return {{nc, x}, {nb, y}}; }

ComparatorParameters Independent(double target = 0.99) {
  Objective objective;
  objective.target = target;
  return ParametersOf(objective, {.phi_block = 1, .phi_max = 1, .kappa = 1, .measured = true});
}

EvidenceState AfterBlocks(const PairedCounts& block, int blocks,
                          const ComparatorParameters& parameters = Independent()) {
  EvidenceState state;
  for (int k = 0; k < blocks; ++k) {
    Absorb(state, parameters, block, StartWeight(k, 60, 1, false));
  }
  return state;
}

TEST(ParametersTest, MarginsAreSharesOfTheBudget) {
  Objective objective;
  objective.target = 0.995;
  objective.margins = {.r0 = 1.1, .d = 0.1, .r1 = 2, .b = 0.5};
  const ComparatorParameters parameters = ParametersOf(objective, Dispersion{});
  EXPECT_EQ(parameters.r0, 1.1);
  EXPECT_EQ(parameters.r1, 2);
  EXPECT_NEAR(parameters.delta, 0.0005, 1e-15);
  EXPECT_NEAR(parameters.tau, 0.0025, 1e-15);
  EXPECT_EQ(parameters.dispersion, Dispersion{});
}

TEST(ParametersTest, APhiOfTheUserReplacesTheMeasuredOnes) {
  Objective objective;
  objective.phi = 4;
  const Dispersion dispersion =
      ParametersOf(objective, {.phi_block = 1.5, .phi_max = 1.8, .kappa = 1.4, .measured = true})
          .dispersion;
  EXPECT_EQ(dispersion, (Dispersion{.phi_block = 4, .phi_max = 4, .kappa = 1.4, .measured = true}));
}

TEST(EvidenceTest, BeginsAtOne) {
  const LogEvidence evidence = Evaluate(EvidenceState{});
  EXPECT_NEAR(evidence.rollback, 0, 1e-12);
  EXPECT_NEAR(evidence.promotion, 0, 1e-12);
  EXPECT_NEAR(evidence.fresh_promotion, 0, 1e-12);
}

TEST(EvidenceTest, AFailingCanaryReachesTheThreshold) {
  EXPECT_GE(Evaluate(AfterBlocks(BlockOf(50, 7, 150, 1350), 3)).rollback, kRollbackThreshold);
}

TEST(EvidenceTest, AFailingCanaryIsFoundThoughBothTracksHaveTheSameTraffic) {
  EXPECT_GE(Evaluate(AfterBlocks(BlockOf(60, 3, 600, 600), 4)).rollback, kRollbackThreshold);
}

TEST(EvidenceTest, AGoodCanaryIsShownNoWorse) {
  const LogEvidence evidence = Evaluate(AfterBlocks(BlockOf(3, 27, 600, 5400), 10));
  EXPECT_GE(evidence.promotion, kPromotionThreshold);
  EXPECT_LT(evidence.rollback, 0.1);
}

TEST(EvidenceTest, ABadCanaryIsNeverShownNoWorse) {
  EXPECT_LT(Evaluate(AfterBlocks(BlockOf(20, 27, 600, 5400), 60)).promotion, 0);
}

TEST(EvidenceTest, AnIncidentInBothTracksBlamesNobody) {
  EXPECT_LT(Evaluate(AfterBlocks(BlockOf(300, 2700, 600, 5400), 60)).rollback, 1);
}

TEST(EvidenceTest, ATrackWithoutEventsAddsNothingToRollback) {
  const ComparatorParameters parameters = Independent();
  const EvidenceState before = AfterBlocks(BlockOf(8, 27, 600, 5400), 5);
  for (const PairedCounts& block : {BlockOf(0, 9, 0, 900), BlockOf(9, 0, 100, 0), PairedCounts{}}) {
    EvidenceState after = before;
    Absorb(after, parameters, block, 0);
    EXPECT_EQ(after.share, before.share);
    EXPECT_EQ(after.fast, before.fast);
    EXPECT_EQ(after.practical, before.practical);
    EXPECT_EQ(after.ratio, before.ratio);
  }
}

TEST(EvidenceTest, ABlockWithoutBadEventsCountsOnlyAgainstTheMargin) {
  const EvidenceState before = AfterBlocks(BlockOf(8, 27, 600, 5400), 5);
  EvidenceState after = before;
  Absorb(after, Independent(), BlockOf(0, 0, 600, 5400), 0);
  EXPECT_EQ(after.share, before.share);
  EXPECT_EQ(after.fast, before.fast);
  EXPECT_EQ(after.ratio, before.ratio);
  for (std::size_t j = 0; j < kRollbackGrid; ++j) {
    EXPECT_LT(after.practical[j], before.practical[j]);
  }
}

TEST(EvidenceTest, CanaryEventsAloneStillCountTowardsItsOwnPromise) {
  const EvidenceState state = AfterBlocks(BlockOf(0, 0, 600, 0), 10);
  EXPECT_GE(Evaluate(state).promotion, kPromotionThreshold);
  EXPECT_EQ(state.ratio, EvidenceState{}.ratio);
}

TEST(EvidenceTest, BaselineEventsAloneShowNothing) {
  const LogEvidence evidence = Evaluate(AfterBlocks(BlockOf(0, 9, 0, 900), 60));
  EXPECT_NEAR(evidence.promotion, 0, 1e-12);
  EXPECT_NEAR(evidence.rollback, 0, 1e-12);
}

TEST(EvidenceTest, SumsWhatWasAbsorbed) {
  EvidenceState state = AfterBlocks(BlockOf(8, 27, 600, 5400), 5);
  BeginStep(state);
  Absorb(state, Independent(), BlockOf(1, 2, 10, 20), 0);
  EXPECT_EQ(state.rollout, BlockOf(41, 137, 3010, 27020));
  EXPECT_EQ(state.step, BlockOf(1, 2, 10, 20));
}

TEST(EvidenceTest, AStepBeginsWithFreshPromotionEvidenceOnly) {
  EvidenceState state = AfterBlocks(BlockOf(3, 27, 600, 5400), 10);
  const LogEvidence before = Evaluate(state);
  BeginStep(state);
  const LogEvidence after = Evaluate(state);
  EXPECT_EQ(after.promotion, before.promotion);
  EXPECT_EQ(after.rollback, before.rollback);
  EXPECT_NEAR(after.fresh_promotion, 0, 1e-12);
}

TEST(EvidenceTest, FreshEvidenceIsThatOfTheStepAlone) {
  EvidenceState state = AfterBlocks(BlockOf(30, 27, 600, 5400), 10);
  BeginStep(state);
  for (int k = 0; k < 4; ++k) Absorb(state, Independent(), BlockOf(3, 27, 600, 5400), 0);
  EXPECT_NEAR(Evaluate(state).fresh_promotion,
              Evaluate(AfterBlocks(BlockOf(3, 27, 600, 5400), 4)).promotion, 1e-12);
}

TEST(EvidenceTest, EachTestIsTemperedByItsOwnShareOfPhi) {
  ComparatorParameters parameters = Independent();
  parameters.dispersion = {.phi_block = 3, .phi_max = 8, .kappa = 1.75, .measured = true};
  const PairedCounts block = BlockOf(9, 27, 600, 5400);
  EvidenceState state;
  Absorb(state, parameters, block, 0.8);
  const stats::WorseRatios worse(block, 1, stats::RollbackAlternatives());
  const auto fast = worse.Tempered(0, 3 * 8);
  const auto practical = worse.Tempered(parameters.delta, 8);
  const auto share = stats::ShareIncrements(block, 1, 3, 1.75);
  const auto ratio = stats::NotWorseIncrements(block, 1.5, 1.5 * 8);
  const auto absolute = stats::WithinIncrements(block.canary, parameters.tau, 1.5 * 8);
  for (std::size_t j = 0; j < kRollbackGrid; ++j) {
    EXPECT_NEAR(state.fast[j], 0.1 * std::exp(fast[j]), 1e-12);
    EXPECT_NEAR(state.practical[j], 0.1 * std::exp(practical[j]), 1e-12);
    EXPECT_NEAR(state.share[j], 0.1 * std::exp(share[j]), 1e-12);
  }
  for (std::size_t j = 0; j < kPromotionGrid; ++j) {
    EXPECT_NEAR(state.ratio[j], std::exp(ratio[j]) / 12, 1e-12);
    EXPECT_NEAR(state.fresh_absolute[j], std::exp(absolute[j]) / 12, 1e-12);
  }
}

ComparatorParameters Scores() {
  ComparatorParameters parameters = Independent();
  parameters.scores = true;
  parameters.expected_bad = 0.15;
  return parameters;
}

// Means of .15 and .20 with a standard deviation of .2.
PairedCounts Grades(double canary_mean) {
  PairedCounts block{{150, 150 * canary_mean}, {1350, 1350 * 0.15}};
  block.canary.squares = 150 * (0.04 + canary_mean * canary_mean);
  block.baseline.squares = 1350 * (0.04 + 0.15 * 0.15);
  return block;
}

EvidenceState AfterGrades(const ComparatorParameters& parameters, double canary_mean, int blocks) {
  EvidenceState state;
  for (int k = 0; k < blocks; ++k) {
    Absorb(state, parameters, Grades(canary_mean), StartWeight(k, 240, 1, false));
  }
  return state;
}

TEST(ScoresTest, ADropOfAnEighthShowsWithinMinutesAndSquaresShowItSooner) {
  EXPECT_LT(Evaluate(AfterGrades(Scores(), 0.2, 5)).rollback, kRollbackThreshold);
  EXPECT_GE(Evaluate(AfterGrades(Scores(), 0.2, 10)).rollback, kRollbackThreshold);
  ComparatorParameters squares = Scores();
  squares.squares = true;
  EXPECT_GE(Evaluate(AfterGrades(squares, 0.2, 5)).rollback, kRollbackThreshold);
}

TEST(ScoresTest, EqualGradesShowNothing) {
  ComparatorParameters squares = Scores();
  squares.squares = true;
  EXPECT_LT(Evaluate(AfterGrades(squares, 0.15, 240)).rollback, 0);
}

TEST(ScoresTest, SquaresThatCannotBeSquaresAddNothing) {
  ComparatorParameters squares = Scores();
  squares.squares = true;
  PairedCounts block = Grades(0.2);
  block.canary.squares = 1;  // below bad^2 / total
  EvidenceState state;
  Absorb(state, squares, block, 0.8);
  for (const double capital : state.score.spread) EXPECT_DOUBLE_EQ(capital, 0.8 / kScoreGrid);
}

EvidenceState WithCohorts(std::size_t cohorts, std::size_t bounds) {
  EvidenceState state;
  state.cohorts.resize(cohorts);
  state.bounds.resize(bounds);
  return state;
}

TEST(SlicesTest, ACohortIsJudgedByItsOwnEvents) {
  EvidenceState state = WithCohorts(2, 0);
  const std::vector<PairedCounts> cohorts = {BlockOf(3, 27, 300, 2700), BlockOf(9, 9, 300, 2700)};
  for (int k = 0; k < 10; ++k) {
    AbsorbSliced(state, Independent(), {.whole = BlockOf(12, 36, 600, 5400), .cohorts = cohorts},
                 StartWeight(k, 60, 1, false));
  }
  const LogEvidence evidence = Evaluate(state);
  ASSERT_EQ(evidence.cohorts.size(), 2U);
  EXPECT_LT(evidence.cohorts[0], 0.5);
  EXPECT_GT(evidence.cohorts[1], kRollbackThreshold);
  EXPECT_EQ(state.cohorts[1].rollout, BlockOf(90, 90, 3000, 27000));
}

TEST(SlicesTest, ACohortMissingFromABlockHadNoEvents) {
  EvidenceState state = WithCohorts(2, 1);
  AbsorbSliced(state, Independent(), {.whole = BlockOf(12, 36, 600, 5400)}, 0.8);
  EXPECT_EQ(state.cohorts[0].rollout, PairedCounts{});
  EXPECT_NEAR(Evaluate(state).cohorts[0], 0, 1e-12);
  EXPECT_NEAR(Evaluate(state).shift, 0, 1e-12);
}

TEST(SlicesTest, MoreSlowEventsAtAnotherBoundAreAShift) {
  // Half of all events are slower than the bound; of the canary's it is sixty percent.
  const std::vector<PairedCounts> slower = {BlockOf(360, 2700, 600, 5400)};
  const std::vector<PairedCounts> equal = {BlockOf(300, 2700, 600, 5400)};
  EvidenceState shifted = WithCohorts(0, 1);
  EvidenceState same = shifted;
  for (int k = 0; k < 20; ++k) {
    const double start = StartWeight(k, 60, 1, false);
    AbsorbSliced(shifted, Independent(), {BlockOf(3, 27, 600, 5400), {}, slower}, start);
    AbsorbSliced(same, Independent(), {BlockOf(3, 27, 600, 5400), {}, equal}, start);
  }
  EXPECT_GE(Evaluate(shifted).shift, kRollbackThreshold);
  EXPECT_LT(Evaluate(shifted).rollback, 1);
  EXPECT_LT(Evaluate(same).shift, 0.5);
}

TEST(EvidenceTest, ResumingFromACopyIsBitEqual) {
  SimulatedRollout traffic(Traffic{}, 3);
  const ComparatorParameters parameters = Independent();
  EvidenceState whole;
  EvidenceState resumed;
  for (long k = 0; k < 100; ++k) {
    const PairedCounts block = traffic.Block(k);
    Absorb(whole, parameters, block, StartWeight(k, 100, 1, false));
    const EvidenceState checkpoint = resumed;
    resumed = EvidenceState{};
    resumed = checkpoint;
    Absorb(resumed, parameters, block, StartWeight(k, 100, 1, false));
  }
  EXPECT_EQ(whole, resumed);
  EXPECT_EQ(Evaluate(whole).rollback, Evaluate(resumed).rollback);
}

TEST(EvidenceTest, PromotionByItselfIsImpossibleWhereTheBudgetIsNothing) {
  ComparatorParameters parameters = Independent();
  parameters.tau = 0;
  EXPECT_EQ(AfterBlocks(BlockOf(0, 0, 600, 5400), 60, parameters).absolute,
            EvidenceState{}.absolute);
}

TEST(EvidenceTest, ABudgetOfEverythingStaysFinite) {
  ComparatorParameters parameters = Independent();
  for (const double tau : {1.0, 5.0}) {
    parameters.tau = tau;
    const EvidenceState good = AfterBlocks(BlockOf(0, 9, 600, 5400), 5, parameters);
    const EvidenceState dead = AfterBlocks(BlockOf(600, 9, 600, 5400), 5, parameters);
    EXPECT_TRUE(std::isfinite(Evaluate(good).promotion));
    EXPECT_TRUE(std::isfinite(Evaluate(dead).promotion));
    EXPECT_LT(Evaluate(dead).promotion, 0);
  }
}

}  // namespace
}  // namespace slogate::core
