#include "adapters/prometheus/pairing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;
using testing::Contains;
using testing::HasSubstr;

ArmCount Arm(double total, double part) {
  ArmCount arm;
  arm.total = total;
  arm.part = part;
  arm.total_series = arm.part_series = 1;
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
  EXPECT_EQ(Combined(Arm(10, 9), Arm(90, 90), {PartKind::kGood, ""}).counts,
            (core::PairedCounts{{10, 1}, {90, 0}}));
}

TEST(CombineTest, MoreOfAPartThanOfTheWholeIsInconsistent) {
  for (const PartKind part : {PartKind::kBad, PartKind::kGood, PartKind::kBucket}) {
    const core::ObjectiveBlock block = Combined(Arm(10, 11), Arm(90, 3), {part, ""});
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
  healthy.part_series = 0;
  EXPECT_EQ(Combined(healthy, healthy, {}).counts, (core::PairedCounts{{100, 0}, {100, 0}}));
}

TEST(CombineTest, AGoodSelectorThatMatchesNothingIsNotAnOutage) {
  ArmCount arm = Arm(100, 0);
  arm.part_series = 0;
  EXPECT_EQ(Combined(arm, arm, {PartKind::kGood, ""}).problem, CountProblem::kNoSeries);
  EXPECT_EQ(Combined(arm, Arm(100, 99), {PartKind::kGood, ""}).counts.canary,
            (core::Counts{100, 100}));
}

TEST(CombineTest, ABoundThatOneArmLacksIsNotAnOutage) {
  ArmCount arm = Arm(100, 0);
  arm.part_series = 0;
  EXPECT_EQ(Combined(arm, Arm(100, 99), {PartKind::kBucket, ""}).problem, CountProblem::kNoSeries);
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

TEST(CombineTest, APodWithoutTheBoundAmongOthersIsNotSlow) {
  ArmCount mixed = Arm(100, 60);
  mixed.total_series = 2;
  Notes notes;
  EXPECT_EQ(Combine(mixed, Arm(100, 99), {PartKind::kBucket, "latency"}, notes).problem,
            CountProblem::kNoSeries);
  EXPECT_THAT(notes.Lines(), Contains(HasSubstr("lack the threshold's bucket: latency")));
}

constexpr PartKind kScores = PartKind::kScores;

TEST(CombineScoresTest, BadnessIsWhatScoresLackOfOne) {
  const core::ObjectiveBlock block = Combined(Arm(10, 8.5), Arm(90, 81.25), {kScores, ""});
  EXPECT_EQ(block.problem, CountProblem::kNone);
  EXPECT_EQ(block.counts, (core::PairedCounts{{10, 1.5, 0}, {90, 8.75, 0}}));
}

TEST(CombineScoresTest, SquaresOfScoresBecomeSquaresOfBadness) {
  ArmCount arm = Arm(2, 1.25);  // scores .5 and .75
  arm.squares = 0.8125;
  arm.squares_series = 1;
  const core::Counts counts = Combined(arm, Arm(2, 2), {kScores, ""}).counts.canary;
  EXPECT_EQ(counts, (core::Counts{2, 0.75, 0.3125}));
}

TEST(CombineScoresTest, RoundingIsNoInconsistency) {
  EXPECT_EQ(Combined(Arm(10, 10 + 5e-9), Arm(90, 80), {kScores, ""}).counts.canary,
            (core::Counts{10, 0, 0}));
  EXPECT_EQ(Combined(Arm(10, 10 + 2e-8), Arm(90, 80), {kScores, ""}).problem,
            CountProblem::kInconsistent);
}

TEST(CombineScoresTest, SquaresThatCannotBeAreNotUsed) {
  for (const double squares : {1.3, 0.7}) {  // above the sum of scores; below its square
    ArmCount arm = Arm(2, 1.25);
    arm.squares = squares;
    arm.squares_series = 1;
    Notes notes;
    const core::ObjectiveBlock block = Combine(arm, Arm(2, 1.25), {kScores, "grades"}, notes);
    EXPECT_EQ(block.counts, (core::PairedCounts{{2, 0.75, 0}, {2, 0.75, 0}})) << squares;
    EXPECT_THAT(notes.Lines(), Contains(HasSubstr("squares do not fit")));
  }
}

TEST(CombineScoresTest, SquaresOfNoNumberLeaveTheSumsAlone) {
  ArmCount arm = Arm(2, 1.25);
  arm.squares = 0.8125;
  arm.squares_series = 1;
  arm.squares_unsound = true;
  EXPECT_EQ(Combined(arm, Arm(2, 2), {kScores, ""}).counts.canary, (core::Counts{2, 0.75, 0}));
}

TEST(CombineScoresTest, AnArmWithoutASumIsNotAllBad) {
  ArmCount arm = Arm(100, 0);
  arm.part_series = 0;
  EXPECT_EQ(Combined(arm, Arm(100, 99), {kScores, ""}).problem, CountProblem::kNoSeries);
  EXPECT_EQ(Combined(Arm(100, 99), {}, {kScores, ""}).counts.canary, (core::Counts{100, 1, 0}));
}

TEST(CombineScoresTest, WorstSquaresOfBucketsNeverPassTheSum) {
  ArmCount arm = Arm(4, 3);
  arm.squares = 2.5;
  arm.squares_series = 1;
  const Pairing buckets{PartKind::kScoreBuckets, ""};
  EXPECT_EQ(Combined(arm, arm, buckets).counts.canary, (core::Counts{4, 1, 1}));
  arm.squares = 0.75;
  EXPECT_EQ(Combined(arm, arm, buckets).counts.canary, (core::Counts{4, 1, 0.75}));
  arm.total_series = 2;  // one histogram has no buckets
  EXPECT_EQ(Combined(arm, arm, buckets).counts.canary, (core::Counts{4, 1, 0}));
}

TEST(CombineSliceTest, AReasonIsZeroCountsInBothArms) {
  EXPECT_EQ(CombineSlice(Arm(10, 11), Arm(90, 3), {}), core::PairedCounts{});
  EXPECT_EQ(CombineSlice(Arm(10, 1), Arm(90, 3), {}), (core::PairedCounts{{10, 1}, {90, 3}}));
  EXPECT_EQ(CombineSlice({}, Arm(90, 3), {}).baseline, (core::Counts{90, 3, 0}));
}

TEST(CombineBoundTest, CountsWhatIsSlower) {
  EXPECT_EQ(CombineBound(Arm(10, 9), {7, 1, false}, Arm(90, 88), {90, 1, false}),
            (core::PairedCounts{{10, 3}, {90, 0}}));
  EXPECT_EQ(CombineBound({}, {}, Arm(90, 88), {80, 1, false}).baseline, (core::Counts{90, 10, 0}));
}

TEST(CombineBoundTest, ABoundThatIsNotThroughoutCountsNothing) {
  const BoundCount sound{5, 1, false};
  for (const BoundCount& bound : {BoundCount{0, 0, false}, BoundCount{5, 2, false},
                                  BoundCount{5, 1, true}, BoundCount{11, 1, false}}) {
    EXPECT_EQ(CombineBound(Arm(10, 9), bound, Arm(10, 9), sound), core::PairedCounts{});
    EXPECT_EQ(CombineBound(Arm(10, 9), sound, Arm(10, 9), bound), core::PairedCounts{});
  }
}

}  // namespace
}  // namespace slogate::adapters::prometheus
