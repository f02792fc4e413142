// Events that come in batches: what is compared, and that batches which differ are no fault.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <random>
#include <vector>

#include "slogate/core/aa_test.h"
#include "slogate/core/comparator.h"
#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

using std::chrono::seconds;

constexpr seconds kBlock(60);
constexpr Batches kJudge{.longest = 1, .every = 5, .wait = 32};

ComparatorParameters Judged(double spread = 0) {
  ComparatorParameters parameters;
  parameters.scores = true;
  parameters.delta = 0.004;
  parameters.expected_bad = 0.15;
  parameters.dispersion = {.phi_block = 1, .phi_max = 1, .kappa = 1, .measured = true};
  parameters.batches = kJudge;
  parameters.batches.spread = spread;
  return parameters;
}

PairedCounts Canary(double total, double bad) { return {{total, bad}, {}}; }
PairedCounts Baseline(double total, double bad) { return {{}, {total, bad}}; }
constexpr PairedCounts kNothing{};

std::vector<Counts> BatchesOf(std::size_t blocks, std::size_t every, std::size_t length) {
  std::vector<Counts> history(blocks);
  for (std::size_t i = 0; i < blocks; ++i) {
    if (i % every < length) history[i] = {100, 15};
  }
  return history;
}

TEST(FindBatchesTest, TellsBatchesFromEventsThatComeAllTheTime) {
  EXPECT_EQ(FindBatches(BatchesOf(240, 5, 1), kBlock), kJudge);
  EXPECT_EQ(FindBatches(BatchesOf(240, 6, 2), kBlock),
            (Batches{.longest = 2, .every = 6, .wait = 32}));
  EXPECT_EQ(FindBatches(BatchesOf(240, 5, 3), kBlock), Batches{});  // more with events than without
  EXPECT_EQ(FindBatches(BatchesOf(240, 16, 1), kBlock), Batches{});  // fifteen of them
  EXPECT_EQ(FindBatches(BatchesOf(240, 1, 1), kBlock), Batches{});
  EXPECT_EQ(FindBatches({}, kBlock), Batches{});
}

TEST(FindBatchesTest, ABatchIsTheSumOfItsBlocks) {
  const std::vector<Counts> history = {{100, 15}, {50, 5}, {0, 0}, {0, 0},
                                       {10, 1},   {5, 9},  {20, 2}};
  // Five events of which nine are bad are none: a gap.
  EXPECT_EQ(SumOfEachBatch(history), (std::vector<Counts>{{150, 20}, {10, 1}, {20, 2}}));
}

EvidenceState After(const ComparatorParameters& parameters, const std::vector<PairedCounts>& blocks,
                    std::vector<double> starts = {}) {
  starts.resize(blocks.size());
  EvidenceState state;
  for (std::size_t i = 0; i < blocks.size(); ++i) Absorb(state, parameters, blocks[i], starts[i]);
  return state;
}

TEST(BatchesTest, WaitForTheOtherTrack) {
  const EvidenceState apart = After(
      Judged(), {kNothing, Baseline(900, 140), kNothing, kNothing, Canary(100, 25)}, {0.5, 0.2});
  ComparatorParameters at_once = Judged();
  at_once.batches = {};
  const EvidenceState together = After(at_once, {{{100, 25}, {900, 140}}}, {0.7});
  EXPECT_DOUBLE_EQ(Evaluate(apart).rollback, Evaluate(together).rollback);
  EXPECT_DOUBLE_EQ(Evaluate(apart).promotion, Evaluate(together).promotion);
  EXPECT_GT(Evaluate(apart).rollback, 0);
  EXPECT_EQ(apart.rollout, together.rollout);
  EXPECT_EQ(apart.waiting, WaitingBatches{});
}

TEST(BatchesTest, AreJudgedWhenBothAreOver) {
  ComparatorParameters parameters = Judged();
  parameters.batches.longest = 2;
  const std::vector<PairedCounts> blocks = {{{60, 15}, {600, 90}}, {{40, 10}, {300, 50}}, kNothing};
  EvidenceState state = After(parameters, {blocks[0]}, {1});
  EXPECT_EQ(Evaluate(state).rollback, 0) << "the batch goes on";
  Absorb(state, parameters, blocks[1], 0);
  EXPECT_GT(Evaluate(state).rollback, 0) << "no batch is longer";
  const double judged = Evaluate(state).rollback;
  Absorb(state, parameters, blocks[2], 0);
  EXPECT_EQ(Evaluate(state).rollback, judged);
  // One that ends early is judged with the block that has none of it.
  state = After(parameters, {blocks[0]}, {1});
  Absorb(state, parameters, kNothing, 0);
  EXPECT_GT(Evaluate(state).rollback, 0);
}

TEST(BatchesTest, WaitNoLongerThanTheyMay) {
  ComparatorParameters parameters = Judged();
  parameters.limit = 0.18;
  std::vector<PairedCounts> blocks(32, kNothing);
  blocks.insert(blocks.begin(), Canary(100, 60));
  const EvidenceState alone = After(parameters, blocks, {1});
  EXPECT_EQ(Evaluate(alone).rollback, 0);
  EXPECT_GT(Evaluate(alone).limit, 0) << "the canary by itself is judged all the same";
  EXPECT_EQ(alone.waiting, WaitingBatches{});
  blocks.push_back(Baseline(900, 140));
  EXPECT_EQ(Evaluate(After(parameters, blocks, {1})).rollback, 0) << "32 minutes apart";
  blocks.erase(blocks.begin() + 1, blocks.begin() + 3);
  EXPECT_GT(Evaluate(After(parameters, blocks, {1})).rollback, 0) << "30 minutes apart";
}

TEST(BatchesTest, CohortsWaitWithTheWhole) {
  const ComparatorParameters parameters = Judged();
  EvidenceState state;
  state.cohorts.resize(1);
  const std::vector<PairedCounts> first = {Baseline(300, 40)};
  const std::vector<PairedCounts> second = {Canary(50, 30)};
  AbsorbSliced(state, parameters, {.whole = Baseline(900, 140), .cohorts = first}, 1);
  EXPECT_EQ(state.cohorts[0].rollout, kNothing);
  AbsorbSliced(state, parameters, {.whole = Canary(100, 40), .cohorts = second}, 0);
  EXPECT_EQ(state.cohorts[0].rollout, (PairedCounts{{50, 30}, {300, 40}}));
  EXPECT_GT(Evaluate(state).cohorts[0], 1);
}

TEST(BatchesTest, DoNotWaitFromOneStepToTheNext) {
  EvidenceState state = After(Judged(), {Baseline(900, 140)}, {1});
  EXPECT_NE(state.waiting, WaitingBatches{});
  BeginStep(state);
  EXPECT_EQ(state.waiting, WaitingBatches{});
}

// Only when events come decides what is compared: over every outcome of four batches that come at
// any minutes, some judged in pairs, some too late for it.
TEST(BatchesTest, EvidenceDoesNotGrowWheneverTheyCome) {
  constexpr int kEvents = 3;
  constexpr double kRate = 0.3;
  ComparatorParameters parameters = Judged();
  parameters.delta = 0;
  parameters.batches.wait = 3;
  const double chances[] = {std::pow(1 - kRate, 3), 3 * kRate * std::pow(1 - kRate, 2),
                            3 * kRate * kRate * (1 - kRate), std::pow(kRate, 3)};
  const std::vector<std::vector<int>> minutes = {
      {0, 1, 5, 6}, {0, 0, 3, 3}, {0, 6, 7, 7}, {0, 1, 1, 2}, {1, 9, 2, 5}};
  for (const double spread : {0.0, 0.7}) {
    parameters.batches.spread = spread;
    for (const std::vector<int>& at : minutes) {
      double expected = 0;
      for (int outcome = 0; outcome < 256; ++outcome) {
        std::vector<PairedCounts> blocks(12);
        double chance = 1;
        for (std::size_t batch = 0; batch < 4; ++batch) {
          const int bad = (outcome >> (2 * batch)) & 3;
          chance *= chances[bad];
          PairedCounts& block = blocks[static_cast<std::size_t>(at[batch])];
          (batch % 2 == 0 ? block.baseline : block.canary) += {kEvents, double(bad)};
        }
        const EvidenceState state = After(parameters, blocks, {0.6, 0.4});
        double share = 0;
        for (const double capital : state.share) share += capital;
        expected += chance * share;
      }
      EXPECT_LE(expected, 1 + 1e-10) << at[1] << ' ' << at[2] << ' ' << at[3];
    }
  }
}

// A judge that grades 3,000 and 27,000 events every five minutes, the canary's in another minute.
class Judge {
 public:
  Judge(double spread, int canary_late, unsigned seed)
      : spread_(spread), late_(canary_late), random_(seed) {}

  std::vector<Counts> History() {
    std::vector<Counts> history(240);
    for (std::size_t i = 0; i < history.size(); i += 5) history[i] = Batch(30'000, 0.15);
    return history;
  }

  // Minutes until the canary is rolled back within three hours.
  std::optional<int> RolledBackAt(const ComparatorParameters& parameters, double canary_mean) {
    EvidenceState state;
    for (int minute = 0; minute < 180; ++minute) {
      PairedCounts block;
      if (minute % 5 == 0) block.baseline = Batch(27'000, 0.15);
      if (minute % 5 == late_) block.canary = Batch(3'000, canary_mean);
      Absorb(state, parameters, block, StartWeight(minute, 180, 1, false));
      if (Evaluate(state).rollback >= std::log(100.0)) return minute + 1;
    }
    return std::nullopt;
  }

 private:
  Counts Batch(double events, double mean) {
    std::normal_distribution<double> normal;
    const double own = mean + 0.15 * spread_ * normal(random_);
    const double noise = 0.2 * std::sqrt(events) * normal(random_);
    return {events, std::clamp(events * own + noise, 0.0, events)};
  }

  double spread_;
  int late_;
  std::mt19937_64 random_;
};

ComparatorParameters Measured(const std::vector<Counts>& history) {
  ComparatorParameters parameters = Judged();
  parameters.batches = FindBatches(history, kBlock);
  parameters.batches.spread = MeasureBatchSpread(history, parameters.batches, kBlock);
  return parameters;
}

TEST(BatchSpreadTest, IsMeasured) {
  std::vector<double> spreads;
  for (unsigned seed = 0; seed < 100; ++seed) {
    EXPECT_LT(Measured(Judge(0, 2, seed).History()).batches.spread, 0.01);
    spreads.push_back(Measured(Judge(0.2, 2, seed).History()).batches.spread);
  }
  std::ranges::sort(spreads);
  EXPECT_NEAR(spreads[50], 0.2, 0.05);
  EXPECT_GT(spreads.front(), 0.12);
}

TEST(BatchSpreadTest, WithoutBadEventsThereIsNone) {
  std::vector<Counts> history = BatchesOf(240, 5, 1);
  for (Counts& block : history) block.bad = 0;
  EXPECT_EQ(MeasureBatchSpread(history, kJudge, kBlock), 0);
}

// Ville's bound where batches differ by a fifth, and how soon a fall of .05 is found.
TEST(BatchSpreadTest, BatchesThatDifferAreNoFault) {
  for (const int late : {0, 2}) {
    int rolled_back = 0;
    int found = 0;
    for (unsigned seed = 0; seed < 1000; ++seed) {
      Judge judge(0.2, late, seed);
      const ComparatorParameters parameters = Measured(judge.History());
      if (judge.RolledBackAt(parameters, 0.15)) ++rolled_back;
      if (judge.RolledBackAt(parameters, 0.20)) ++found;
    }
    EXPECT_LE(rolled_back, 10) << "of 1,000, " << late << " minutes apart";
    EXPECT_GT(found, 500) << late << " minutes apart";
  }
}

TEST(BatchSpreadTest, AFallTakesThreeBatchesThatAreAlike) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Judge judge(0, 2, seed);
    const ComparatorParameters parameters = Measured(judge.History());
    const auto at = judge.RolledBackAt(parameters, 0.20);
    ASSERT_TRUE(at.has_value());
    EXPECT_LE(*at, 18) << "three batches";
  }
}

// 16 hours each, so that there are batches enough for the check.
TEST(BatchSpreadTest, TheBaselineAgainstItselfStaysQuiet) {
  int fired = 0;
  int fired_without = 0;
  for (unsigned seed = 0; seed < 200; seed += 4) {
    ObjectiveHistory history;
    for (unsigned part = 0; part < 4; ++part) {
      const std::vector<Counts> more = Judge(0.2, 0, seed + part).History();
      history.blocks.insert(history.blocks.end(), more.begin(), more.end());
    }
    ComparatorParameters parameters = Measured(history.blocks);
    const auto fires = [&] {
      const AaTestResult result = CheckAgainstItself(history, parameters, 0.1, 0.01);
      EXPECT_NE(result.outcome, Calibration::AaTest::kNotDone);
      return result.outcome == Calibration::AaTest::kFired;
    };
    fired += fires() ? 1 : 0;
    parameters.batches.spread = 0;
    fired_without += fires() ? 1 : 0;
  }
  EXPECT_EQ(fired, 0);
  EXPECT_GT(fired_without, 3) << "of 50";
}

}  // namespace
}  // namespace slogate::core
