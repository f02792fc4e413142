#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

#include "simulation/runner.h"

namespace slogate::simulation {
namespace {

using namespace std::chrono_literals;

Outcome RolledBack(core::Duration after, std::optional<core::Duration> since_fault) {
  Outcome outcome;
  outcome.end = End::kRolledBack;
  outcome.after = after;
  outcome.since_fault = since_fault;
  return outcome;
}

Outcome Ended(End end) {
  Outcome outcome;
  outcome.end = end;
  outcome.after = 60min;
  outcome.since_fault = 30min;
  return outcome;
}

// The bounds' reference values are sums of binomial probabilities, solved by bisection.
TEST(ProportionTest, BoundsAreExact) {
  EXPECT_NEAR(ProportionOf(1, 10).high, 0.5043526629308013, 1e-9);
  EXPECT_NEAR(ProportionOf(1, 10).low, 0.0010045287082499487, 1e-9);
  EXPECT_NEAR(ProportionOf(3, 300).high, 0.03309274220691033, 1e-9);
  EXPECT_NEAR(ProportionOf(3, 300).low, 0.0014572881867993498, 1e-9);
  EXPECT_NEAR(ProportionOf(150, 300).high, 0.5684434307026497, 1e-9);
  EXPECT_NEAR(ProportionOf(150, 300).low, 0.4315565692973502, 1e-9);
}

TEST(ProportionTest, NoHitsStillLeaveRoom) {
  const Proportion none = ProportionOf(0, 20'000);
  EXPECT_EQ(none.share, 0);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 1 - std::pow(0.01, 1.0 / 20'000), 1e-9);
}

TEST(ProportionTest, AllHitsLeaveRoomBelow) {
  const Proportion all = ProportionOf(50, 50);
  EXPECT_EQ(all.high, 1);
  EXPECT_NEAR(all.low, std::pow(0.01, 1.0 / 50), 1e-9);
}

TEST(ProportionTest, OfNothingIsUnknown) {
  const Proportion nothing = ProportionOf(0, 0);
  EXPECT_EQ(nothing.low, 0);
  EXPECT_EQ(nothing.high, 1);
}

TEST(MeanTest, HasItsStandardError) {
  const Mean mean = MeanOf({1, 2, 3, 4});
  EXPECT_DOUBLE_EQ(mean.value, 2.5);
  EXPECT_DOUBLE_EQ(mean.standard_error, std::sqrt(5.0 / 3 / 4));
  EXPECT_EQ(MeanOf({7}).standard_error, 0);
}

TEST(TotalsTest, TellsCatchesFromRollbacksBeforeTheFault) {
  const RunTotals totals =
      TotalsOf("gate", true,
               {RolledBack(10min, std::nullopt), RolledBack(40min, 10min), RolledBack(35min, 5min),
                Ended(End::kPromoted), Ended(End::kUndecided)});
  EXPECT_EQ(totals.runs, 5);
  EXPECT_EQ(totals.rolled_back.hits, 3);
  EXPECT_EQ(totals.before_fault.hits, 1);
  EXPECT_EQ(totals.caught.hits, 2);
  EXPECT_EQ(totals.promoted.hits, 1);
  EXPECT_EQ(totals.undecided.hits, 1);
  EXPECT_EQ(totals.detections, (std::vector<core::Duration>{5min, 10min}));
}

TEST(TotalsTest, WithoutFaultEveryRollbackIsTimedFromTheStart) {
  const RunTotals totals = TotalsOf("gate", false, {RolledBack(10min, std::nullopt)});
  EXPECT_EQ(totals.before_fault.hits, 0);
  EXPECT_EQ(totals.detections, (std::vector<core::Duration>{10min}));
}

TEST(TotalsTest, QuantilesCountRunsThatCaughtNothing) {
  const RunTotals totals = TotalsOf(
      "gate", true, {RolledBack(1min, 1min), RolledBack(2min, 2min), Ended(End::kUndecided)});
  EXPECT_EQ(CaughtBy(totals, 1.0 / 3), 1min);
  EXPECT_EQ(CaughtBy(totals, 0.5), 2min);
  EXPECT_EQ(CaughtBy(totals, 0.99), std::nullopt);
}

}  // namespace
}  // namespace slogate::simulation
