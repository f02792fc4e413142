// What tests/simulation/known_answers.py prints, which was written apart from this code: bets by
// scrape, the bound on the fast lane, start weights without an end, the warm-up, and batches.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "slogate/core/comparator.h"

namespace slogate::core {
namespace {

constexpr double kTolerance = 1e-9;
constexpr long kPlannedBlocks = 61;

using Series = std::array<double, 6>;
using Scrapes = std::vector<PairedCounts>;

PairedCounts Scrape(double x, double nc, double y, double nb) { return {{nc, x}, {nb, y}}; }

const Scrapes kUsual = {Scrape(1, 150, 7, 1350), Scrape(2, 148, 6, 1352), Scrape(0, 152, 8, 1350),
                        Scrape(3, 150, 6, 1349)};
const Scrapes kWorse = {Scrape(3, 150, 7, 1350), Scrape(2, 149, 5, 1351), Scrape(4, 150, 8, 1350),
                        Scrape(3, 151, 7, 1349)};
const Scrapes kIncident = {Scrape(2, 150, 6, 1350), Scrape(30, 150, 40, 1350),
                           Scrape(14, 150, 130, 1350), Scrape(15, 150, 137, 1350)};
const Scrapes kAfter = {Scrape(9, 150, 130, 1350), Scrape(1, 150, 9, 1350), Scrape(2, 151, 6, 1349),
                        Scrape(3, 150, 8, 1350)};
const Scrapes kOutage = {Scrape(75, 150, 7, 1350), Scrape(148, 150, 6, 1350),
                         Scrape(150, 150, 8, 1350), Scrape(150, 150, 7, 1350)};
const std::array<Scrapes, 6> kRollout = {kUsual, kWorse, kIncident, kAfter, kWorse, kOutage};

SlicedCounts BlockOf(const Scrapes& scrapes) {
  SlicedCounts block{.whole = {}, .scrapes = scrapes};
  for (const PairedCounts& scrape : scrapes) {
    block.whole.canary.total += scrape.canary.total;
    block.whole.canary.bad += scrape.canary.bad;
    block.whole.baseline.total += scrape.baseline.total;
    block.whole.baseline.bad += scrape.baseline.bad;
  }
  return block;
}

ComparatorParameters With(double phi, double phi_max, double kappa) {
  ComparatorParameters parameters;
  parameters.dispersion = {.phi_block = phi, .phi_max = phi_max, .kappa = kappa, .measured = true};
  return parameters;
}

void ExpectSeries(const ComparatorParameters& parameters, std::size_t warm_up,
                  const Series& expected) {
  EvidenceState state;
  for (std::size_t i = 0; i < kRollout.size(); ++i) {
    const SlicedCounts block = BlockOf(kRollout[i]);
    if (i < warm_up) {
      AbsorbWarmUp(state, parameters, block, i == 0 ? WarmUpStartWeight(1, false) : 0);
    } else {
      AbsorbSliced(state, parameters, block,
                   StartWeight(static_cast<long>(i - warm_up), kPlannedBlocks, 1, false));
    }
    EXPECT_NEAR(Evaluate(state).rollback, expected[i], kTolerance) << "block " << i;
  }
}

TEST(KnownAnswersTest, StartWeights) {
  EXPECT_NEAR(StartWeight(0, kPlannedBlocks, 1, false), 0.8, kTolerance);
  EXPECT_NEAR(StartWeight(1, kPlannedBlocks, 1, false), 0.0037210025529256195, kTolerance);
  EXPECT_NEAR(StartWeight(30, kPlannedBlocks, 1, false), 0.002082416149908845, kTolerance);
  EXPECT_NEAR(StartWeight(60, kPlannedBlocks, 1, false), 0.0018633386295258938, kTolerance);
  EXPECT_NEAR(StartWeight(61, kPlannedBlocks, 1, false), 0.0001929511982791009, kTolerance);
  EXPECT_NEAR(StartWeight(300, kPlannedBlocks, 1, false), 2.6778680851861293e-05, kTolerance);
}

TEST(KnownAnswersTest, BetsByScrape) {
  ExpectSeries(With(1, 1, 1), 0,
               {0.12216610877273881, 3.578573213940997, 4.347756967960456, 5.6819556702253315,
                9.01509017779323, 14.091058831743748});
  ExpectSeries(With(1.5, 2.5, 1.75), 0,
               {-0.038277440425038334, 1.6006800294395755, 2.1959211722295686, 1.5183748576430796,
                2.8057563971401875, 8.836651015423126});
  ExpectSeries(With(2, 8, 1.1), 0,
               {-0.03315368781082473, 0.43881712512408644, 0.556786853956817, -0.00557778087196481,
                0.3594766208078599, 14.298250165501354});
}

TEST(KnownAnswersTest, WarmUp) {
  ExpectSeries(With(1, 1, 1), 2,
               {-0.49006925581942695, -0.501495674987118, 0.00789638669509313, 1.1178644385058372,
                4.495678555956394, 9.44545605885835});
  ExpectSeries(With(1.5, 2.5, 1.75), 2,
               {-0.43575346114101143, -0.4655852253495512, -0.2306277595999329,
                -0.26224400438893125, 0.7659727104649271, 5.991673605137795});
}

TEST(KnownAnswersTest, Batches) {
  const std::vector<PairedCounts> blocks = {
      Scrape(0, 0, 4100, 27000), {},
      Scrape(460, 3000, 0, 0),   Scrape(520, 3000, 3900, 27000),
      Scrape(0, 0, 3300, 27000), Scrape(610, 3000, 0, 0)};
  const std::vector<std::pair<double, Series>> answers = {
      {0,
       {0, 0, -1.4420420694736942, -0.1257160106356717, -0.12571601063567128, 1.9404482902838414}},
      {0.2,
       {0, 0, -0.8491844824672806, -0.8468257600018309, -0.8468257600018307, -0.2966312768359436}}};
  for (const auto& [spread, expected] : answers) {
    ComparatorParameters parameters = With(1, 1, 1);
    parameters.scores = true;
    parameters.expected_bad = 0.15;
    parameters.delta = 0.004;
    parameters.batches = {.longest = 1, .every = 3, .wait = 32, .spread = spread};
    EvidenceState state;
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      Absorb(state, parameters, blocks[k],
             StartWeight(static_cast<long>(k), kPlannedBlocks, 1, false));
      EXPECT_NEAR(Evaluate(state).rollback, expected[k], kTolerance) << spread << ", block " << k;
    }
  }
}

TEST(KnownAnswersTest, AnOutageInTheWarmUp) {
  EvidenceState state;
  AbsorbWarmUp(state, With(1, 1, 1), BlockOf(kOutage), 1);
  EXPECT_NEAR(Evaluate(state).rollback, 1.8261294129570569, kTolerance);
  AbsorbWarmUp(state, With(1, 1, 1), BlockOf(kOutage), 0);
  EXPECT_NEAR(Evaluate(state).rollback, 3.6548463566689384, kTolerance);
}

}  // namespace
}  // namespace slogate::core
