// Numbers worked out independently of this code; every digit must come out again.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "core/stats/increments.h"
#include "slogate/core/comparator.h"

namespace slogate::core {
namespace {

constexpr double kTolerance = 1e-9;
constexpr long kPlannedBlocks = 60;

using Series = std::array<double, 6>;

PairedCounts BlockOf(double x, double y, double nc, double nb) { return {{nc, x}, {nb, y}}; }

std::vector<PairedCounts> SixBlocks() {
  return {BlockOf(6, 27, 600, 5400), BlockOf(7, 25, 590, 5410),  BlockOf(5, 30, 610, 5390),
          BlockOf(8, 26, 600, 5400), BlockOf(9, 28, 1200, 4800), BlockOf(12, 27, 1200, 4800)};
}

Series RollbackSeries(
    const std::function<stats::RollbackIncrements(const PairedCounts&)>& increments) {
  Series log_e{};
  std::array<double, kRollbackGrid> capital;
  capital.fill(0);
  double started = 0;
  long k = 0;
  for (const PairedCounts& block : SixBlocks()) {
    const double weight = StartWeight(k, kPlannedBlocks, 1, false);
    started += weight;
    stats::Grow(capital, weight, increments(block));
    log_e[static_cast<std::size_t>(k++)] = std::log(stats::Capital(capital, started));
  }
  return log_e;
}

Series PromotionSeries(
    const std::function<stats::PromotionIncrements(const PairedCounts&)>& increments) {
  Series log_e{};
  auto capital = stats::StartedAtOnce<kPromotionGrid>();
  std::size_t k = 0;
  for (const PairedCounts& block : SixBlocks()) {
    stats::Grow(capital, 0, increments(block));
    log_e[k++] = std::log(stats::Sum(capital));
  }
  return log_e;
}

Series Worse(double delta, double phi) {
  return RollbackSeries([=](const PairedCounts& block) {
    return stats::WorseRatios(block, 1, stats::RollbackAlternatives()).Tempered(delta, phi);
  });
}

Series Share(double r0, double phi, double kappa) {
  return RollbackSeries(
      [=](const PairedCounts& block) { return stats::ShareIncrements(block, r0, phi, kappa); });
}

void ExpectSeries(const Series& actual, const Series& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(actual[i], expected[i], kTolerance) << "block " << i + 1;
  }
}

TEST(PublishedNumbersTest, LogRatioOfOneBlock) {
  EXPECT_NEAR(LogRatio(BlockOf(6, 27, 600, 5400), 1, 2), 1.013647149817, kTolerance);
  EXPECT_NEAR(LogRatio(BlockOf(3, 3, 600, 600), 1, 3), -0.863046217355, kTolerance);
  EXPECT_NEAR(LogRatio(BlockOf(10, 30, 600, 5400), 1.5, 1), -2.103044514304, kTolerance);
}

TEST(PublishedNumbersTest, LogRatioWithMargin) {
  EXPECT_NEAR(LogRatioWithMargin(BlockOf(6, 27, 600, 5400), 1, 2, 0.0005), 0.7681926043624,
              kTolerance);
}

TEST(PublishedNumbersTest, StakeOfTheShareBet) {
  const PairedCounts block = BlockOf(6, 27, 600, 5400);
  EXPECT_NEAR(ShareStake(block, 1, 2, 1), 9.0, kTolerance);
  EXPECT_NEAR(ShareStake(block, 1, 2, 20), 1.5, kTolerance);
}

TEST(PublishedNumbersTest, LikelihoodRatio) {
  ExpectSeries(Worse(0, 1), {0.3523418560, 1.9071977684, 1.7297512830, 3.9099596037, 3.2589967474,
                             4.3795919223});
}

TEST(PublishedNumbersTest, LikelihoodRatioStronglyTempered) {
  ExpectSeries(Worse(0, 15), {0.0013848372, 0.0726856694, 0.0084824365, 0.1135850786, -0.0053850974,
                              0.0031929752});
}

TEST(PublishedNumbersTest, LikelihoodRatioWithMargin) {
  ExpectSeries(Worse(0.0005, 1), {0.1217384702, 1.3523696383, 1.0801092096, 2.8670979406,
                                  2.1322252215, 2.9533534099});
}

TEST(PublishedNumbersTest, ShareBetting) {
  ExpectSeries(Share(1, 1, 1), {0.4582524817, 1.1252147592, 1.4182211295, 2.1844813932,
                                2.3588720527, 2.7483681716});
}

TEST(PublishedNumbersTest, ShareBettingForBursts) {
  ExpectSeries(Share(1, 2, 1.5), {0.2861378767, 0.6986770256, 0.8802757503, 1.3625286679,
                                  1.4755882009, 1.7292929580});
}

TEST(PublishedNumbersTest, ShareBettingWithATolerance) {
  ExpectSeries(Share(1.25, 1, 1), {0.3026602465, 0.7934555146, 0.9116361061, 1.4842184740,
                                   1.5026857341, 1.7277228864});
}

// The same composite through the public door: phi_max 1 makes phi_F 15 and phi_D 1.
TEST(PublishedNumbersTest, RollbackComposite) {
  ComparatorParameters parameters;
  parameters.delta = 0.0005;
  parameters.dispersion = {.phi_block = 2, .phi_max = 1, .kappa = 1.5, .measured = true};
  EvidenceState state;
  Series log_e{};
  long k = 0;
  for (const PairedCounts& block : SixBlocks()) {
    Absorb(state, parameters, block, StartWeight(k, kPlannedBlocks, 1, false));
    log_e[static_cast<std::size_t>(k++)] = Evaluate(state).rollback;
  }
  ExpectSeries(
      log_e, {0.1217384702, 0.6010048911, 0.7565704174, 1.2086330677, 1.3077412762, 1.5496822448});
}

// Three scrapes a block; the tracks' rate jumps up in the last one of the fourth block and down
// again in the one after.
TEST(PublishedNumbersTest, RollbackCompositeWithABetAScrape) {
  const std::vector<std::vector<PairedCounts>> blocks = {
      {BlockOf(2, 9, 200, 1800), BlockOf(3, 8, 200, 1800), BlockOf(1, 10, 200, 1800)},
      {BlockOf(2, 9, 190, 1800), BlockOf(4, 8, 200, 1810), BlockOf(1, 8, 200, 1800)},
      {BlockOf(1, 11, 200, 1790), BlockOf(2, 9, 210, 1800), BlockOf(2, 10, 200, 1800)},
      {BlockOf(3, 7, 200, 1800), BlockOf(1, 9, 200, 1800), BlockOf(24, 80, 200, 1800)},
      {BlockOf(3, 10, 400, 1600), BlockOf(2, 9, 400, 1600), BlockOf(4, 9, 400, 1600)},
      {BlockOf(4, 9, 400, 1600), BlockOf(3, 8, 400, 1600), BlockOf(5, 10, 400, 1600)}};
  ComparatorParameters parameters;
  parameters.delta = 0.0005;
  parameters.dispersion = {.phi_block = 2, .phi_max = 1, .kappa = 1.5, .measured = true};
  EvidenceState state;
  Series share{};
  Series log_e{};
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    PairedCounts whole;
    for (const PairedCounts& scrape : blocks[k]) {
      whole.canary.total += scrape.canary.total;
      whole.canary.bad += scrape.canary.bad;
      whole.baseline.total += scrape.baseline.total;
      whole.baseline.bad += scrape.baseline.bad;
    }
    const double start = StartWeight(static_cast<long>(k), kPlannedBlocks, 1, false);
    AbsorbSliced(state, parameters, {.whole = whole, .scrapes = blocks[k]}, start);
    share[k] = std::log(stats::Capital(state.share, state.started_weight));
    log_e[k] = Evaluate(state).rollback;
  }
  ExpectSeries(
      share, {0.6372279714, 1.6257305349, 2.1022271831, 2.7161579738, 2.9177874483, 3.6689319332});
  ExpectSeries(
      log_e, {0.1217384702, 1.3523696383, 1.0801092096, 2.5161506871, 2.7115176240, 3.4538949808});
}

TEST(PublishedNumbersTest, PromotionAgainstTheBaseline) {
  ExpectSeries(
      PromotionSeries(
          [](const PairedCounts& block) { return stats::NotWorseIncrements(block, 1.5, 1); }),
      {-1.6453257912, -2.2773191756, -2.3371725817, -2.6846764131, -2.6423404617, -2.7789675991});
}

TEST(PublishedNumbersTest, PromotionByTheCanaryAlone) {
  ExpectSeries(
      PromotionSeries(
          [](const PairedCounts& block) { return stats::WithinIncrements(block.canary, 0.02, 1); }),
      {0.4611234867, 1.1876031350, 3.6496340296, 4.0057452891, 9.6599573651, 13.2815790337});
}

TEST(PublishedNumbersTest, TheFourBoundsOfALatencyShift) {
  // At few slow events the first bound is the tightest, at many the second.
  EXPECT_NEAR(stats::SlowerBound(BlockOf(6, 27, 600, 5400), 2), 3.14523593, 1e-8);
  EXPECT_NEAR(stats::SlowerBound(BlockOf(300, 2700, 600, 5400), 2), 243.27906486, 1e-8);
}

// In badness, 1 - score: sums 102 and 810, squares 42 and 342, expected .15.
TEST(PublishedNumbersTest, MeansOfScores) {
  PairedCounts block{{600, 102}, {5400, 810}};
  block.canary.squares = 600 - 2 * 498 + 438;
  block.baseline.squares = 5400 - 2 * 4590 + 4122;
  EXPECT_NEAR(stats::MeanIncrements(block, 0, 0.15)[3], 1.815988484301846, 1e-12);
}

}  // namespace
}  // namespace slogate::core
