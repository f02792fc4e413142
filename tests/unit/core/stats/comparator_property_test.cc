// What holds for every block, tried on many.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/stats/increments.h"
#include "slogate/core/attribution.h"
#include "slogate/core/comparator.h"

namespace slogate::core {
namespace {

// Totals from nothing to far beyond any service, whole and fractional.
rc::Gen<double> AnyTotal() {
  return rc::gen::oneOf(
      rc::gen::element(0.0, 1.0, 1e-300, 1e-7, 1e-6, 0.5, 1e9, 1e15, 1e16, 1e300,
                       std::numeric_limits<double>::max(), std::numeric_limits<double>::min(),
                       std::numeric_limits<double>::denorm_min()),
      rc::gen::map(rc::gen::inRange(0, 1'000'000), [](int n) { return n / 7.0; }),
      rc::gen::map(rc::gen::inRange(0, 100'000), [](int n) { return double(n); }));
}

rc::Gen<Counts> AnyCounts() {
  return rc::gen::map(rc::gen::pair(AnyTotal(), rc::gen::inRange(0, 21)),
                      [](const std::pair<double, int>& drawn) {
                        const double share = drawn.second == 20 ? 1 : drawn.second / 20.0;
                        return Counts{drawn.first, drawn.first * share * share};
                      });
}

rc::Gen<Counts> CountsOf(int least, int most) {
  return rc::gen::map(
      rc::gen::pair(rc::gen::inRange(least, most), rc::gen::inRange(0, 101)),
      [](const std::pair<int, int>& drawn) {
        return Counts{double(drawn.first), std::floor(drawn.first * (drawn.second / 100.0))};
      });
}

ComparatorParameters AnyParameters() {
  Objective objective;
  objective.target = *rc::gen::element(1e-18, 0.001, 0.5, 0.9, 0.99, 0.999999, 1 - 1e-16);
  objective.margins.r0 = *rc::gen::element(1.0, 1.1, 3.0);
  objective.margins.d = *rc::gen::element(0.0, 0.05, 1.0);
  objective.margins.r1 = *rc::gen::element(1.0, 1.5, 10.0);
  objective.margins.b = *rc::gen::element(0.0, 1e-12, 0.5, 1.0);
  Dispersion dispersion;
  dispersion.phi_block = *rc::gen::element(0.0, 1.0, 2.0, 1e6);
  dispersion.phi_max = *rc::gen::element(0.0, 1.0, 2.0, 1e6);
  dispersion.kappa = *rc::gen::element(0.0, 1.0, 2.0, 1e6);
  return ParametersOf(objective, dispersion);
}

bool NumberOrLogZero(double value) {
  return !std::isnan(value) && value < std::numeric_limits<double>::infinity();
}

TEST(ComparatorPropertyTest, EveryBlockGivesANumber) {
  EXPECT_TRUE(rc::check([] {
    const ComparatorParameters parameters = AnyParameters();
    EvidenceState state;
    const auto blocks = *rc::gen::container<std::vector<std::pair<Counts, Counts>>>(
        rc::gen::pair(AnyCounts(), AnyCounts()));
    for (const auto& [canary, baseline] : blocks) {
      Absorb(state, parameters, {canary, baseline}, *rc::gen::element(0.0, 0.01, 0.4, 1.0, 7.0));
      const LogEvidence evidence = Evaluate(state);
      RC_ASSERT(NumberOrLogZero(evidence.rollback));
      RC_ASSERT(NumberOrLogZero(evidence.promotion));
      RC_ASSERT(NumberOrLogZero(evidence.fresh_promotion));
      RC_ASSERT(state.started_weight <= 1);
      RC_ASSERT(std::isfinite(state.rollout.canary.total + state.rollout.baseline.bad));
    }
  }));
}

TEST(ComparatorPropertyTest, TotalsBeyondAllMeasureAreNoEvents) {
  for (const double total : {1e-300, 1e-7, 1.1e15, 1e300, std::numeric_limits<double>::max()}) {
    EvidenceState state;
    for (int k = 0; k < 3; ++k) Absorb(state, {}, {{total, total}, {total, 0}}, 0);
    EXPECT_EQ(state, EvidenceState{}) << total;
  }
}

TEST(ComparatorPropertyTest, ImpossibleCountsAreNoEvents) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<Counts> impossible = {{kNan, 1}, {10, kNan}, {kInfinity, 1},         {10, 11},
                                          {-5, 0},   {10, -1},   {kInfinity, kInfinity}, {0, 3}};
  for (const Counts& counts : impossible) {
    EvidenceState state;
    Absorb(state, {}, {counts, {900, 9}}, 0.8);
    EvidenceState without;
    Absorb(without, {}, {{}, {900, 9}}, 0.8);
    EXPECT_EQ(state, without) << counts.total << ' ' << counts.bad;
    Absorb(state, {}, {{100, 1}, counts}, 0);
    Absorb(without, {}, {{100, 1}, {}}, 0);
    EXPECT_EQ(state, without) << counts.total << ' ' << counts.bad;
  }
}

TEST(ComparatorPropertyTest, SplittingABlockAtEqualExposureChangesNoLikelihoodRatio) {
  EXPECT_TRUE(rc::check([] {
    const Counts canary = *CountsOf(1, 10'000);
    const Counts baseline = *CountsOf(1, 100'000);
    const double R = *rc::gen::element(0.2, 1.5, 2.0, 6.0);
    const double delta = *rc::gen::element(0.0, 0.0005, 0.05);
    const PairedCounts whole{canary, baseline};
    const PairedCounts half{{canary.total / 2, canary.bad / 2},
                            {baseline.total / 2, baseline.bad / 2}};
    const double expected = LogRatioWithMargin(whole, 1, R, delta);
    const double split = 2 * LogRatioWithMargin(half, 1, R, delta);
    RC_ASSERT(std::abs(expected - split) <= 1e-9 * (1 + std::abs(expected)));
  }));
}

// One bad event more in the canary, of the same number in all.
TEST(ComparatorPropertyTest, MovingABadEventToTheCanaryNeverSpeaksForIt) {
  EXPECT_TRUE(rc::check([] {
    const ComparatorParameters parameters = AnyParameters();
    const Counts canary = *CountsOf(1, 10'000);
    const Counts baseline = *CountsOf(1, 100'000);
    RC_PRE(canary.bad < canary.total && baseline.bad >= 1);
    const PairedCounts before{canary, baseline};
    const PairedCounts after{{canary.total, canary.bad + 1}, {baseline.total, baseline.bad - 1}};
    EvidenceState lower;
    EvidenceState higher;
    Absorb(lower, parameters, before, 0.8);
    Absorb(higher, parameters, after, 0.8);
    RC_ASSERT(Evaluate(higher).rollback >= Evaluate(lower).rollback - 1e-9);
    RC_ASSERT(Evaluate(higher).promotion <= Evaluate(lower).promotion + 1e-9);
  }));
}

// One bad event more in the canary, the baseline untouched: the likelihood ratio must not fall.
TEST(ComparatorPropertyTest, AnotherBadEventNeverLowersTheLikelihoodRatio) {
  EXPECT_TRUE(rc::check([] {
    const Counts canary = *CountsOf(1, 10'000);
    const Counts baseline = *CountsOf(1, 100'000);
    RC_PRE(canary.bad < canary.total);
    const PairedCounts after{{canary.total, canary.bad + 1}, baseline};
    const double R = *rc::gen::element(1.25, 2.0, 6.0);
    RC_ASSERT(LogRatio(after, 1, R) > LogRatio({canary, baseline}, 1, R));
  }));
}

TEST(ComparatorPropertyTest, AStakeNeverLosesTheWholeCapital) {
  EXPECT_TRUE(rc::check([] {
    const PairedCounts block{*AnyCounts(), *AnyCounts()};
    for (const double increment : stats::ShareIncrements(block, 1, 1, 1)) {
      RC_ASSERT(increment >= std::log(0.1) - 1e-9);
    }
  }));
}

TEST(ComparatorPropertyTest, FailureIsNeverWithoutTheMeanAndAlwaysAboveTheThreshold) {
  EXPECT_TRUE(rc::check([] {
    std::vector<WeightedEvidence> log_e;
    for (const int tenths : *rc::gen::container<std::vector<int>>(rc::gen::inRange(-50, 100))) {
      log_e.push_back({.log_e = tenths / 10.0});
    }
    const std::vector<std::size_t> failed_objectives = AttributeFailure(log_e, 0.01);
    if (!failed_objectives.empty()) RC_ASSERT(LogMean(log_e) >= -std::log(0.01) - 1e-9);
    for (const std::size_t i : failed_objectives) RC_ASSERT(log_e[i].log_e >= -std::log(0.01));
  }));
}

}  // namespace
}  // namespace slogate::core
