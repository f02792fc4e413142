#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/slo/burn_windows.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

TimePoint At(int hour) { return kNoon + hours(hour); }

std::vector<WindowCounts> Chunks(const std::vector<CountProblem>& problems) {
  std::vector<WindowCounts> chunks;
  for (const CountProblem problem : problems) {
    const TimePoint end = At(static_cast<int>(chunks.size()) + 1);
    chunks.push_back(problem == CountProblem::kNone ? Counted(end, hours(1), 100, 1)
                                                    : Missing(end, hours(1), problem));
  }
  return chunks;
}

constexpr auto kFine = CountProblem::kNone;
constexpr auto kNone = CountProblem::kNoSeries;
constexpr auto kNan = CountProblem::kNotANumber;

TEST(TotalsTest, WhatHasAProblemIsSkippedAndNamed) {
  const WindowTotals totals = Sum(Chunks({kFine, kNan, kNan, kNone, kFine, kNone}));
  EXPECT_EQ(totals.counts.total, 200);
  EXPECT_EQ(totals.counts.bad, 2);
  EXPECT_EQ(totals.bad_ratio, .01);
  EXPECT_EQ(totals.observed, hours(2));
  EXPECT_EQ(totals.missed, hours(4));
  EXPECT_EQ(totals.data_from, At(0));
  ASSERT_EQ(totals.gaps.size(), 3u);
  EXPECT_EQ(totals.gaps[0].from, At(1));
  EXPECT_EQ(totals.gaps[0].to, At(3));
  EXPECT_EQ(totals.gaps[0].problem, kNan);
  EXPECT_EQ(totals.gaps[1].problem, kNone);
  EXPECT_EQ(totals.gaps[2].from, At(5));
  EXPECT_EQ(totals.gaps[2].to, At(6));
}

TEST(TotalsTest, TimeBeforeTheServiceIsNoGap) {
  const WindowTotals totals = Sum(Chunks({kNone, kNone, kFine}));
  EXPECT_EQ(totals.data_from, At(2));
  EXPECT_TRUE(totals.gaps.empty());
  EXPECT_EQ(totals.missed, hours(0));
}

TEST(TotalsTest, ASampleThatIsNoNumberIsASampleAllTheSame) {
  const WindowTotals totals = Sum(Chunks({kNone, kNan, kFine}));
  EXPECT_EQ(totals.data_from, At(1));
  ASSERT_EQ(totals.gaps.size(), 1u);
  EXPECT_EQ(totals.gaps[0].problem, kNan);
}

TEST(TotalsTest, TimeThatNoChunkCoversIsAGap) {
  auto chunks = Chunks({kFine, kFine, kFine, kFine});
  chunks.erase(chunks.begin() + 1, chunks.begin() + 3);
  const WindowTotals totals = Sum(chunks);
  ASSERT_EQ(totals.gaps.size(), 1u);
  EXPECT_EQ(totals.gaps[0].from, At(1));
  EXPECT_EQ(totals.gaps[0].to, At(3));
  EXPECT_EQ(totals.missed, hours(2));
}

TEST(TotalsTest, TheLatestGapsAreKeptAndAllAreMeasured) {
  std::vector<CountProblem> problems;
  for (int i = 0; i < 40; ++i) problems.insert(problems.end(), {kFine, kNone});
  const WindowTotals totals = Sum(Chunks(problems));
  EXPECT_EQ(totals.gaps.size(), kMaxGaps);
  EXPECT_EQ(totals.gaps.back().to, At(80));
  EXPECT_EQ(totals.missed, hours(40));
}

TEST(TotalsTest, NothingAtAll) {
  EXPECT_EQ(Sum({}).problem, kNone);
  EXPECT_EQ(Sum(Chunks({kNone, kNone})).problem, kNone);
  EXPECT_EQ(Sum(Chunks({kNone, kNan})).problem, kNan);
  EXPECT_EQ(Sum(Chunks({kNan})).bad_ratio, std::nullopt);
}

TEST(TotalsTest, RatiosWeighByTime) {
  const WindowTotals totals = Sum({Ratio(At(1), hours(1), .02), Ratio(At(4), hours(3), .01)});
  EXPECT_FALSE(totals.counted);
  EXPECT_DOUBLE_EQ(*totals.bad_ratio, .0125);
  EXPECT_EQ(totals.counts, Counts{});
}

TEST(TotalsTest, NumbersThatCannotBeAreProblems) {
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

TEST(TotalsTest, RoundingIsNotAProblem) {
  const WindowCounts all_bad = Counted(kNoon, hours(1), 1e6, 1e6 * (1 + 1e-12));
  EXPECT_EQ(ProblemOf(all_bad), kFine);
  EXPECT_EQ(RatioOf(all_bad), 1);
  EXPECT_EQ(Sum({all_bad}).bad_ratio, 1);
}

TEST(TotalsTest, ASumBeyondAllNumbersIsUnknown) {
  const double huge = std::numeric_limits<double>::max();
  const WindowTotals totals =
      Sum({Counted(At(1), hours(1), huge, huge), Counted(At(2), hours(1), huge, huge)});
  EXPECT_EQ(totals.bad_ratio, std::nullopt);
  EXPECT_EQ(totals.problem, CountProblem::kInfinite);
}

WindowCounts AnyChunk(TimePoint end) {
  if (*rc::gen::inRange(0, 4) == 0) {
    return Missing(end, hours(1),
                   *rc::gen::element(kNone, kNan, CountProblem::kInfinite,
                                     CountProblem::kSeveralSeries, CountProblem::kInconsistent));
  }
  const int total = *rc::gen::inRange(0, 100'000);
  return Counted(end, hours(1), total, *rc::gen::inRange(0, total + 1));
}

std::vector<WindowCounts> AnyChunks() {
  std::vector<WindowCounts> chunks;
  const int size = *rc::gen::inRange(1, 60);
  for (int i = 1; i <= size; ++i) chunks.push_back(AnyChunk(At(i)));
  return chunks;
}

TEST(TotalsPropertyTest, SumsAddUp) {
  EXPECT_TRUE(rc::check([] {
    const auto chunks = AnyChunks();
    const auto cut = chunks.begin() + *rc::gen::inRange<long>(0, long(chunks.size()) + 1);
    const WindowTotals whole = Sum(chunks);
    const WindowTotals early = Sum({chunks.begin(), cut});
    const WindowTotals late = Sum({cut, chunks.end()});
    RC_ASSERT(whole.counts.total == early.counts.total + late.counts.total);
    RC_ASSERT(whole.counts.bad == early.counts.bad + late.counts.bad);
    RC_ASSERT(whole.observed == early.observed + late.observed);
  }));
}

TEST(TotalsPropertyTest, SkippingAChunkIsLeavingItOut) {
  EXPECT_TRUE(rc::check([] {
    auto chunks = AnyChunks();
    const WindowTotals skipped = Sum(chunks);
    std::erase_if(chunks, [](const WindowCounts& chunk) { return chunk.problem != kFine; });
    const WindowTotals left_out = Sum(chunks);
    RC_ASSERT(skipped.counts == left_out.counts);
    RC_ASSERT(skipped.bad_ratio == left_out.bad_ratio);
    RC_ASSERT(skipped.observed == left_out.observed);
  }));
}

TEST(TotalsPropertyTest, AllTimeSinceTheFirstDataIsObservedOrMissed) {
  EXPECT_TRUE(rc::check([] {
    const auto chunks = AnyChunks();
    const WindowTotals totals = Sum(chunks);
    if (!totals.data_from) return;
    RC_ASSERT(totals.observed + totals.missed == chunks.back().end - *totals.data_from);
  }));
}

}  // namespace
}  // namespace slogate::core
