#include "adapters/prometheus/block_assembly.h"

#include <gtest/gtest.h>

#include <limits>

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

ArmCount Arm(double total, double part) {
  ArmCount arm;
  arm.total = total;
  arm.part = part;
  arm.total_seen = arm.part_seen = true;
  return arm;
}

core::ObjectiveBlock Combined(const ArmCount& canary, const ArmCount& baseline, Pairing pairing) {
  Notes notes;
  return Combine(canary, baseline, pairing, notes);
}

TEST(CombineTest, PairsBothArms) {
  const core::ObjectiveBlock block = Combined(Arm(10, 1), Arm(90, 3), {});
  EXPECT_EQ(block.problem, CountProblem::kNone);
  EXPECT_EQ(block.counts, (core::PairedCounts{{10, 1}, {90, 3}}));
}

TEST(CombineTest, GoodIsTurnedIntoBad) {
  EXPECT_EQ(Combined(Arm(10, 9), Arm(90, 90), {true, false, ""}).counts,
            (core::PairedCounts{{10, 1}, {90, 0}}));
}

TEST(CombineTest, MoreOfAPartThanOfTheWholeIsInconsistent) {
  for (const bool good : {false, true}) {
    const core::ObjectiveBlock block = Combined(Arm(10, 11), Arm(90, 3), {good, false, ""});
    EXPECT_EQ(block.problem, CountProblem::kInconsistent);
    EXPECT_EQ(block.counts, core::PairedCounts{});
  }
}

TEST(CombineTest, NoSeriesInEitherArmIsItsOwnReason) {
  EXPECT_EQ(Combined({}, {}, {}).problem, CountProblem::kNoSeries);
  const core::ObjectiveBlock one_arm = Combined({}, Arm(90, 3), {});
  EXPECT_EQ(one_arm.problem, CountProblem::kNone);
  EXPECT_EQ(one_arm.counts.canary, core::Counts{});
}

TEST(CombineTest, NoErrorsYetIsGoodNews) {
  ArmCount healthy = Arm(100, 0);
  healthy.part_seen = false;
  EXPECT_EQ(Combined(healthy, healthy, {}).counts, (core::PairedCounts{{100, 0}, {100, 0}}));
}

TEST(CombineTest, AGoodSelectorThatMatchesNothingIsNotAnOutage) {
  ArmCount arm = Arm(100, 0);
  arm.part_seen = false;
  EXPECT_EQ(Combined(arm, arm, {true, false, ""}).problem, CountProblem::kNoSeries);
  EXPECT_EQ(Combined(arm, Arm(100, 99), {true, false, ""}).counts.canary, (core::Counts{100, 100}));
}

TEST(CombineTest, ABoundThatOneArmLacksIsNotAnOutage) {
  ArmCount arm = Arm(100, 0);
  arm.part_seen = false;
  EXPECT_EQ(Combined(arm, Arm(100, 99), {true, true, ""}).problem, CountProblem::kNoSeries);
}

TEST(CombineTest, ProblemsWinAndLeaveCountsUnset) {
  ArmCount arm = Arm(10, 1);
  arm.problem = CountProblem::kNotANumber;
  EXPECT_EQ(Combined(arm, Arm(90, 3), {}).problem, CountProblem::kNotANumber);
  EXPECT_EQ(Combined(Arm(90, 3), arm, {}).counts, core::PairedCounts{});
}

TEST(CombineTest, ANoteInOneArmIsANoteOnTheBlock) {
  ArmCount arm = Arm(10, 1);
  arm.noted = true;
  EXPECT_TRUE(Combined(Arm(90, 3), arm, {}).noted);
  EXPECT_FALSE(Combined(Arm(90, 3), Arm(10, 1), {}).noted);
}

class EstimateTest : public testing::Test {
 protected:
  core::ObjectiveBlock Count(std::vector<double> total, std::vector<double> part) {
    FetchPlan plan;
    plan.expressions = {"total", "part", "other"};
    plan.objectives = {EstimatedObjective{{0, 1}, {2, 1}, false}};
    const core::TimePoint at(std::chrono::seconds(60));
    std::vector<Estimates> estimates(3);
    if (!total.empty()) estimates[0][at] = std::move(total);
    if (!part.empty()) estimates[1][at] = std::move(part);
    const SampleStore store;
    Notes notes;
    return BlockAssembly(plan, store, estimates, notes)
        .Count(0, {core::TimePoint(), core::TimePoint(std::chrono::seconds(60))});
  }
};

TEST_F(EstimateTest, MayBeFractions) {
  const core::ObjectiveBlock block = Count({10.5}, {0.25});
  // The baseline has a part and no total: that cannot be.
  EXPECT_EQ(block.problem, CountProblem::kInconsistent);
  EXPECT_EQ(Count({10.5}, {}).counts.canary, (core::Counts{10.5, 0}));
}

TEST_F(EstimateTest, EveryKindOfNoNumberIsItsOwnReason) {
  EXPECT_EQ(Count({}, {}).problem, CountProblem::kNoSeries);
  EXPECT_EQ(Count({1, 2}, {}).problem, CountProblem::kSeveralSeries);
  EXPECT_EQ(Count({std::numeric_limits<double>::quiet_NaN()}, {}).problem,
            CountProblem::kNotANumber);
  EXPECT_EQ(Count({std::numeric_limits<double>::infinity()}, {}).problem, CountProblem::kInfinite);
  EXPECT_EQ(Count({-1}, {}).problem, CountProblem::kInconsistent);
}

}  // namespace
}  // namespace slogate::adapters::prometheus
