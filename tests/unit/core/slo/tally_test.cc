#include "core/slo/tally.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

TimePoint At(int hour) { return kNoon + hours(hour); }

std::vector<WindowCounts> Pieces(const std::vector<CountProblem>& problems) {
  std::vector<WindowCounts> pieces;
  for (const CountProblem problem : problems) {
    const TimePoint end = At(static_cast<int>(pieces.size()) + 1);
    pieces.push_back(problem == CountProblem::kNone ? Counted(end, hours(1), 100, 1)
                                                    : Missing(end, hours(1), problem));
  }
  return pieces;
}

constexpr auto kFine = CountProblem::kNone;
constexpr auto kNone = CountProblem::kNoSeries;
constexpr auto kNan = CountProblem::kNotANumber;

TEST(TallyTest, WhatHasAProblemIsSkippedAndNamed) {
  const Tally tally = Sum(Pieces({kFine, kNan, kNan, kNone, kFine, kNone}));
  EXPECT_EQ(tally.counts.total, 200);
  EXPECT_EQ(tally.counts.bad, 2);
  EXPECT_EQ(tally.bad_ratio, .01);
  EXPECT_EQ(tally.observed, hours(2));
  EXPECT_EQ(tally.missed, hours(4));
  EXPECT_EQ(tally.data_from, At(0));
  ASSERT_EQ(tally.gaps.size(), 3u);
  EXPECT_EQ(tally.gaps[0].from, At(1));
  EXPECT_EQ(tally.gaps[0].to, At(3));
  EXPECT_EQ(tally.gaps[0].problem, kNan);
  EXPECT_EQ(tally.gaps[1].problem, kNone);
  EXPECT_EQ(tally.gaps[2].from, At(5));
  EXPECT_EQ(tally.gaps[2].to, At(6));
}

TEST(TallyTest, TimeBeforeTheServiceIsNoGap) {
  const Tally tally = Sum(Pieces({kNone, kNone, kFine}));
  EXPECT_EQ(tally.data_from, At(2));
  EXPECT_TRUE(tally.gaps.empty());
  EXPECT_EQ(tally.missed, hours(0));
}

TEST(TallyTest, ASampleThatIsNoNumberIsASampleAllTheSame) {
  const Tally tally = Sum(Pieces({kNone, kNan, kFine}));
  EXPECT_EQ(tally.data_from, At(1));
  ASSERT_EQ(tally.gaps.size(), 1u);
  EXPECT_EQ(tally.gaps[0].problem, kNan);
}

TEST(TallyTest, TimeThatNoPieceCoversIsAGap) {
  auto pieces = Pieces({kFine, kFine, kFine, kFine});
  pieces.erase(pieces.begin() + 1, pieces.begin() + 3);
  const Tally tally = Sum(pieces);
  ASSERT_EQ(tally.gaps.size(), 1u);
  EXPECT_EQ(tally.gaps[0].from, At(1));
  EXPECT_EQ(tally.gaps[0].to, At(3));
  EXPECT_EQ(tally.missed, hours(2));
}

TEST(TallyTest, TheLatestGapsAreKeptAndAllAreMeasured) {
  std::vector<CountProblem> problems;
  for (int i = 0; i < 40; ++i) problems.insert(problems.end(), {kFine, kNone});
  const Tally tally = Sum(Pieces(problems));
  EXPECT_EQ(tally.gaps.size(), kMostGaps);
  EXPECT_EQ(tally.gaps.back().to, At(80));
  EXPECT_EQ(tally.missed, hours(40));
}

TEST(TallyTest, NothingAtAll) {
  EXPECT_EQ(Sum({}).problem, kNone);
  EXPECT_EQ(Sum(Pieces({kNone, kNone})).problem, kNone);
  EXPECT_EQ(Sum(Pieces({kNone, kNan})).problem, kNan);
  EXPECT_EQ(Sum(Pieces({kNan})).bad_ratio, std::nullopt);
}

TEST(TallyTest, RatiosWeighByTime) {
  const Tally tally = Sum({Ratio(At(1), hours(1), .02), Ratio(At(4), hours(3), .01)});
  EXPECT_FALSE(tally.counted);
  EXPECT_DOUBLE_EQ(*tally.bad_ratio, .0125);
  EXPECT_EQ(tally.counts, Counts{});
}

TEST(TallyTest, NumbersThatCannotBeAreProblems) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const auto problem = [](double total, double bad) {
    return ProblemOf(Counted(kNoon, hours(1), total, bad));
  };
  EXPECT_EQ(problem(10, 1), kFine);
  EXPECT_EQ(problem(0, 0), kFine);
  EXPECT_EQ(problem(nan, 1), kNan);
  EXPECT_EQ(problem(10, nan), kNan);
  EXPECT_EQ(problem(inf, 1), CountProblem::kInfinite);
  EXPECT_EQ(problem(10, 11), CountProblem::kInconsistent);
  EXPECT_EQ(problem(10, -1), CountProblem::kInconsistent);
  EXPECT_EQ(problem(-1, -2), CountProblem::kInconsistent);
  EXPECT_EQ(ProblemOf(Ratio(kNoon, hours(1), 1.5)), CountProblem::kInconsistent);
  EXPECT_EQ(ProblemOf(Ratio(kNoon, hours(1), nan)), kNan);
}

TEST(TallyTest, RoundingIsNotAProblem) {
  const WindowCounts all_bad = Counted(kNoon, hours(1), 1e6, 1e6 * (1 + 1e-12));
  EXPECT_EQ(ProblemOf(all_bad), kFine);
  EXPECT_EQ(RatioOf(all_bad), 1);
  EXPECT_EQ(Sum({all_bad}).bad_ratio, 1);
}

TEST(TallyTest, ASumBeyondAllNumbersIsUnknown) {
  const double huge = std::numeric_limits<double>::max();
  const Tally tally =
      Sum({Counted(At(1), hours(1), huge, huge), Counted(At(2), hours(1), huge, huge)});
  EXPECT_EQ(tally.bad_ratio, std::nullopt);
  EXPECT_EQ(tally.problem, CountProblem::kInfinite);
}

WindowCounts AnyPiece(TimePoint end) {
  if (*rc::gen::inRange(0, 4) == 0) {
    return Missing(end, hours(1),
                   *rc::gen::element(kNone, kNan, CountProblem::kInfinite,
                                     CountProblem::kSeveralSeries, CountProblem::kInconsistent));
  }
  const int total = *rc::gen::inRange(0, 100'000);
  return Counted(end, hours(1), total, *rc::gen::inRange(0, total + 1));
}

std::vector<WindowCounts> AnyPieces() {
  std::vector<WindowCounts> pieces;
  const int size = *rc::gen::inRange(1, 60);
  for (int i = 1; i <= size; ++i) pieces.push_back(AnyPiece(At(i)));
  return pieces;
}

TEST(TallyPropertyTest, SumsAddUp) {
  EXPECT_TRUE(rc::check([] {
    const auto pieces = AnyPieces();
    const auto cut = pieces.begin() + *rc::gen::inRange<long>(0, long(pieces.size()) + 1);
    const Tally whole = Sum(pieces);
    const Tally early = Sum({pieces.begin(), cut});
    const Tally late = Sum({cut, pieces.end()});
    RC_ASSERT(whole.counts.total == early.counts.total + late.counts.total);
    RC_ASSERT(whole.counts.bad == early.counts.bad + late.counts.bad);
    RC_ASSERT(whole.observed == early.observed + late.observed);
  }));
}

TEST(TallyPropertyTest, SkippingAPieceIsLeavingItOut) {
  EXPECT_TRUE(rc::check([] {
    auto pieces = AnyPieces();
    const Tally skipped = Sum(pieces);
    std::erase_if(pieces, [](const WindowCounts& piece) { return piece.problem != kFine; });
    const Tally left_out = Sum(pieces);
    RC_ASSERT(skipped.counts == left_out.counts);
    RC_ASSERT(skipped.bad_ratio == left_out.bad_ratio);
    RC_ASSERT(skipped.observed == left_out.observed);
  }));
}

TEST(TallyPropertyTest, AllTimeSinceTheFirstDataIsObservedOrMissed) {
  EXPECT_TRUE(rc::check([] {
    const auto pieces = AnyPieces();
    const Tally tally = Sum(pieces);
    if (!tally.data_from) return;
    RC_ASSERT(tally.observed + tally.missed == pieces.back().end - *tally.data_from);
  }));
}

}  // namespace
}  // namespace slogate::core
