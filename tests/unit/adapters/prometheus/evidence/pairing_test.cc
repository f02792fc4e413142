#include "adapters/prometheus/evidence/pairing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;
using testing::Contains;
using testing::HasSubstr;

TrackCount Track(double total, double part) {
  TrackCount track;
  track.total = total;
  track.part = part;
  track.total_series = track.part_series = 1;
  return track;
}

core::ObjectiveBlock Combined(const TrackCount& canary, const TrackCount& baseline,
                              Pairing pairing) {
  Notes notes;
  return Combine(canary, baseline, pairing, notes);
}

TEST(CombineTest, PairsBothTracks) {
  const core::ObjectiveBlock block = Combined(Track(10, 1), Track(90, 3), {});
  EXPECT_EQ(block.problem, CountProblem::kNone);
  EXPECT_EQ(block.counts, (core::PairedCounts{{10, 1}, {90, 3}}));
}

TEST(CombineTest, GoodIsTurnedIntoBad) {
  EXPECT_EQ(Combined(Track(10, 9), Track(90, 90), {PartKind::kGood, ""}).counts,
            (core::PairedCounts{{10, 1}, {90, 0}}));
}

TEST(CombineTest, MoreOfAPartThanOfTheWholeIsInconsistent) {
  for (const PartKind part : {PartKind::kBad, PartKind::kGood, PartKind::kBucket}) {
    const core::ObjectiveBlock block = Combined(Track(10, 11), Track(90, 3), {part, ""});
    EXPECT_EQ(block.problem, CountProblem::kInconsistent);
    EXPECT_EQ(block.counts, core::PairedCounts{});
  }
}

TEST(CombineTest, NoSeriesInEitherTrackIsItsOwnReason) {
  EXPECT_EQ(Combined({}, {}, {}).problem, CountProblem::kNoSeries);
  const core::ObjectiveBlock one_track = Combined({}, Track(90, 3), {});
  EXPECT_EQ(one_track.problem, CountProblem::kNone);
  EXPECT_EQ(one_track.counts.canary, core::Counts{});
}

TEST(CombineTest, NoErrorsYetIsGoodNews) {
  TrackCount healthy = Track(100, 0);
  healthy.part_series = 0;
  EXPECT_EQ(Combined(healthy, healthy, {}).counts, (core::PairedCounts{{100, 0}, {100, 0}}));
}

TEST(CombineTest, AGoodSelectorThatMatchesNothingIsNotAnOutage) {
  TrackCount track = Track(100, 0);
  track.part_series = 0;
  EXPECT_EQ(Combined(track, track, {PartKind::kGood, ""}).problem, CountProblem::kNoSeries);
}

TEST(CombineTest, GoodEventsThatOneTrackLacksAreAnotherShapeAndNotAllBad) {
  TrackCount lacks = Track(100, 0);
  lacks.part_series = 0;
  for (const auto& [canary, baseline] :
       {std::pair(lacks, Track(100, 99)), std::pair(Track(100, 99), lacks)}) {
    const core::ObjectiveBlock block = Combined(canary, baseline, {PartKind::kGood, ""});
    EXPECT_EQ(block.problem, CountProblem::kShapesDiffer);
    EXPECT_EQ(block.counts, core::PairedCounts{});
  }
  // In a slice they are none: elsewhere in the track they are counted.
  EXPECT_EQ(CombineSlice(lacks, Track(100, 99), {PartKind::kGood, ""}).canary,
            (core::Counts{100, 100}));
}

TEST(CombineTest, BadSeriesThatTheCanaryLacksAreZeroAndSaidSo) {
  TrackCount lacks = Track(100, 0);
  lacks.part_series = 0;
  const core::ObjectiveBlock block = Combined(lacks, Track(900, 9), {});
  EXPECT_EQ(block.counts, (core::PairedCounts{{100, 0}, {900, 9}}));
  EXPECT_TRUE(block.no_bad_series);
  EXPECT_FALSE(Combined(Track(100, 0), Track(900, 9), {}).no_bad_series) << "a series at zero";
  EXPECT_FALSE(Combined(Track(900, 9), lacks, {}).no_bad_series) << "of the baseline";
  EXPECT_FALSE(Combined({}, Track(900, 9), {}).no_bad_series) << "the canary is not there";
}

TEST(CombineTest, ABoundThatOneTrackLacksIsNotAnOutage) {
  TrackCount track = Track(100, 0);
  track.part_series = 0;
  EXPECT_EQ(Combined(track, Track(100, 99), {PartKind::kBucket, ""}).problem,
            CountProblem::kShapesDiffer);
  EXPECT_EQ(Combined(track, track, {PartKind::kBucket, ""}).problem, CountProblem::kNoSeries);
}

TEST(CombineTest, ProblemsWinAndLeaveCountsUnset) {
  TrackCount track = Track(10, 1);
  track.problem = CountProblem::kNotANumber;
  EXPECT_EQ(Combined(track, Track(90, 3), {}).problem, CountProblem::kNotANumber);
  EXPECT_EQ(Combined(Track(90, 3), track, {}).counts, core::PairedCounts{});
}

TEST(CombineTest, ANoteInOneTrackIsANoteOnTheBlock) {
  TrackCount track = Track(10, 1);
  track.noted = true;
  EXPECT_TRUE(Combined(Track(90, 3), track, {}).noted);
  EXPECT_FALSE(Combined(Track(90, 3), Track(10, 1), {}).noted);
}

TEST(CombineTest, APodWithoutTheBoundAmongOthersIsNotSlow) {
  TrackCount mixed = Track(100, 60);
  mixed.total_series = 2;
  Notes notes;
  EXPECT_EQ(Combine(mixed, Track(100, 99), {PartKind::kBucket, "latency"}, notes).problem,
            CountProblem::kNoSeries);
  EXPECT_THAT(notes.Lines(), Contains(HasSubstr("lack the threshold's bucket: latency")));
}

constexpr PartKind kScores = PartKind::kScores;

TEST(CombineScoresTest, BadnessIsWhatScoresLackOfOne) {
  const core::ObjectiveBlock block = Combined(Track(10, 8.5), Track(90, 81.25), {kScores, ""});
  EXPECT_EQ(block.problem, CountProblem::kNone);
  EXPECT_EQ(block.counts, (core::PairedCounts{{10, 1.5, 0}, {90, 8.75, 0}}));
}

TEST(CombineScoresTest, SquaresOfScoresBecomeSquaresOfBadness) {
  TrackCount track = Track(2, 1.25);  // scores .5 and .75
  track.squares = 0.8125;
  track.squares_series = 1;
  const core::Counts counts = Combined(track, Track(2, 2), {kScores, ""}).counts.canary;
  EXPECT_EQ(counts, (core::Counts{2, 0.75, 0.3125}));
}

TEST(CombineScoresTest, RoundingIsNoInconsistency) {
  EXPECT_EQ(Combined(Track(10, 10 + 5e-9), Track(90, 80), {kScores, ""}).counts.canary,
            (core::Counts{10, 0, 0}));
  EXPECT_EQ(Combined(Track(10, 10 + 2e-8), Track(90, 80), {kScores, ""}).problem,
            CountProblem::kInconsistent);
}

TEST(CombineScoresTest, SquaresThatCannotBeAreNotUsed) {
  for (const double squares : {1.3, 0.7}) {  // above the sum of scores; below its square
    TrackCount track = Track(2, 1.25);
    track.squares = squares;
    track.squares_series = 1;
    Notes notes;
    const core::ObjectiveBlock block = Combine(track, Track(2, 1.25), {kScores, "grades"}, notes);
    EXPECT_EQ(block.counts, (core::PairedCounts{{2, 0.75, 0}, {2, 0.75, 0}})) << squares;
    EXPECT_THAT(notes.Lines(), Contains(HasSubstr("squares do not fit")));
  }
}

TEST(CombineScoresTest, SquaresOfNoNumberLeaveTheSumsAlone) {
  TrackCount track = Track(2, 1.25);
  track.squares = 0.8125;
  track.squares_series = 1;
  track.squares_unsound = true;
  EXPECT_EQ(Combined(track, Track(2, 2), {kScores, ""}).counts.canary, (core::Counts{2, 0.75, 0}));
}

TEST(CombineScoresTest, ATrackWithoutASumIsNotAllBad) {
  TrackCount track = Track(100, 0);
  track.part_series = 0;
  EXPECT_EQ(Combined(track, Track(100, 99), {kScores, ""}).problem, CountProblem::kShapesDiffer);
  EXPECT_EQ(Combined(Track(100, 99), {}, {kScores, ""}).counts.canary, (core::Counts{100, 1, 0}));
}

TEST(CombineScoresTest, WorstSquaresOfBucketsNeverPassTheSum) {
  TrackCount track = Track(4, 3);
  track.squares = 2.5;
  track.squares_series = 1;
  const Pairing buckets{PartKind::kScoreBuckets, ""};
  EXPECT_EQ(Combined(track, track, buckets).counts.canary, (core::Counts{4, 1, 1}));
  track.squares = 0.75;
  EXPECT_EQ(Combined(track, track, buckets).counts.canary, (core::Counts{4, 1, 0.75}));
  track.total_series = 2;  // one histogram has no buckets
  EXPECT_EQ(Combined(track, track, buckets).counts.canary, (core::Counts{4, 1, 0}));
}

TEST(CombineSliceTest, AReasonIsZeroCountsInBothTracks) {
  EXPECT_EQ(CombineSlice(Track(10, 11), Track(90, 3), {}), core::PairedCounts{});
  EXPECT_EQ(CombineSlice(Track(10, 1), Track(90, 3), {}), (core::PairedCounts{{10, 1}, {90, 3}}));
  EXPECT_EQ(CombineSlice({}, Track(90, 3), {}).baseline, (core::Counts{90, 3, 0}));
}

TEST(CombineBoundTest, CountsWhatIsSlower) {
  EXPECT_EQ(CombineBound(Track(10, 9), {7, 1, false}, Track(90, 88), {90, 1, false}),
            (core::PairedCounts{{10, 3}, {90, 0}}));
  EXPECT_EQ(CombineBound({}, {}, Track(90, 88), {80, 1, false}).baseline,
            (core::Counts{90, 10, 0}));
}

TEST(CombineBoundTest, ABoundThatIsNotThroughoutCountsNothing) {
  const BoundCount sound{5, 1, false};
  for (const BoundCount& bound : {BoundCount{0, 0, false}, BoundCount{5, 2, false},
                                  BoundCount{5, 1, true}, BoundCount{11, 1, false}}) {
    EXPECT_EQ(CombineBound(Track(10, 9), bound, Track(10, 9), sound), core::PairedCounts{});
    EXPECT_EQ(CombineBound(Track(10, 9), sound, Track(10, 9), bound), core::PairedCounts{});
  }
}

}  // namespace
}  // namespace slogate::adapters::prometheus
