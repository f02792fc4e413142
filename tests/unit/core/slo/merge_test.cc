#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "core/slo/burn_windows.h"
#include "core/slo/objective_series.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

constexpr Duration kHour = hours(1);

WindowCounts Part(double total, double bad) { return Counted(kNoon, kHour, total, bad); }

TEST(MergeTest, ACompositesBadEventsAreTheLargestAtBestAndTheSumAtWorst) {
  const std::vector<WindowCounts> parts = {Part(1000, 10), Part(900, 25), Part(100, 1)};
  EXPECT_EQ(FailTogether(parts).counts, (Counts{1000, 25}));
  EXPECT_EQ(FailApart(parts).counts, (Counts{1000, 36}));
}

TEST(MergeTest, NoMoreThanAllIsBad) {
  const std::vector<WindowCounts> parts = {Part(10, 8), Part(10, 7)};
  EXPECT_EQ(FailApart(parts).counts, (Counts{10, 10}));
}

TEST(MergeTest, OneRatioMakesARatioOfTheWhole) {
  const std::vector<WindowCounts> parts = {Part(1000, 10), Ratio(kNoon, kHour, .02)};
  EXPECT_DOUBLE_EQ(*FailTogether(parts).bad_ratio, .02);
  EXPECT_DOUBLE_EQ(*FailApart(parts).bad_ratio, .03);
  EXPECT_EQ(FailApart(parts).counts, Counts{});
}

TEST(MergeTest, APartWithAProblemMakesTheWholeUnknown) {
  BudgetSeries a;
  a.chunks = {Counted(kNoon - kHour, kHour, 10, 1), Counted(kNoon, kHour, 10, 1)};
  a.windows = {Part(10, 1), Counted(kNoon, kHour * 6, 60, 6)};
  BudgetSeries b;
  b.chunks = {Missing(kNoon - kHour, kHour, CountProblem::kNotANumber),
              Counted(kNoon, kHour, 5, 2)};
  b.windows = {Part(5, 2)};
  const auto whole = Merge({&a, &b}, kNoon - kHour * 2, kNoon, FailApart);
  ASSERT_EQ(whole.chunks.size(), 2u);
  EXPECT_EQ(whole.chunks[0].problem, CountProblem::kNotANumber);
  EXPECT_EQ(whole.chunks[0].end, kNoon - kHour);
  EXPECT_EQ(whole.chunks[1].counts, (Counts{10, 3}));
  ASSERT_EQ(whole.windows.size(), 2u);
  EXPECT_EQ(whole.windows[0].counts, (Counts{10, 3}));
  EXPECT_EQ(whole.windows[1].problem, CountProblem::kNoSeries) << "the other part has no such";
}

TEST(MergeTest, PartsOfUnlikeChunksAreFoldedAsSums) {
  BudgetSeries hourly;
  hourly.chunks = {Missing(kNoon - kHour * 2, kHour), Counted(kNoon - kHour, kHour, 100, 2),
                   Counted(kNoon, kHour, 300, 2)};
  BudgetSeries ratio;
  ratio.chunks = {Ratio(kNoon, kHour * 3, .02)};
  const auto whole = Merge({&hourly, &ratio}, kNoon - kHour * 3, kNoon, FailApart);
  ASSERT_EQ(whole.chunks.size(), 2u) << "the first hour has no data of one part";
  EXPECT_EQ(whole.chunks[0].problem, CountProblem::kNoSeries);
  EXPECT_EQ(whole.chunks[0].length, kHour);
  EXPECT_DOUBLE_EQ(*whole.chunks[1].bad_ratio, .03);
  EXPECT_EQ(whole.chunks[1].length, kHour * 2);
}

TEST(MergeTest, OfNothingNothing) {
  EXPECT_TRUE(Merge({}, kNoon - kHour, kNoon, FailApart).chunks.empty());
  BudgetSeries empty;
  BudgetSeries some;
  some.chunks = {Part(10, 1)};
  const auto whole = Merge({&empty, &some}, kNoon - kHour, kNoon, FailApart);
  EXPECT_EQ(Sum(whole.chunks).bad_ratio, std::nullopt);
}

JourneyIndicator Chain(const std::vector<double>& weights) {
  JourneyIndicator journey;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    JourneyStep step{"step" + std::to_string(i), weights[i], {}};
    if (i > 0) step.after = {"step" + std::to_string(i - 1)};
    journey.steps.push_back(step);
  }
  return journey;
}

TEST(MergeTest, AJourneyIsGoodWhenEveryStepIs) {
  // 1000 begin, 100 fail; of 900, 90 do; a failure at pay is retried by half.
  const std::vector<WindowCounts> steps = {Part(1000, 100), Part(900, 90), Part(810, 81)};
  const auto whole = Travel(Chain({1, 1, .5}), steps);
  EXPECT_DOUBLE_EQ(whole.counts.total, 1000);
  EXPECT_NEAR(whole.counts.bad, 1000 * (1 - .9 * .9 * .95), 1e-9);
}

TEST(MergeTest, AStepThatNobodyReachedLosesNobody) {
  const std::vector<WindowCounts> steps = {Part(10, 10), Part(0, 0)};
  EXPECT_EQ(Travel(Chain({1, 1}), steps).counts, (Counts{10, 10}));
}

TEST(MergeTest, AJourneyOfSeveralBeginningsHasTheLargest) {
  JourneyIndicator journey = Chain({1, 1, 1});
  journey.steps[1].after = {};
  const std::vector<WindowCounts> steps = {Part(100, 0), Part(700, 7), Part(5000, 0)};
  const auto whole = Travel(journey, steps);
  EXPECT_EQ(whole.counts.total, 700);
  EXPECT_NEAR(whole.counts.bad, 7, 1e-9);
}

TEST(MergeTest, OnlyTheFirstStepsHaveToBeCounted) {
  const auto counted =
      Travel(Chain({1, 1}), std::vector<WindowCounts>{Part(100, 10), Ratio(kNoon, kHour, .5)});
  EXPECT_NEAR(counted.counts.bad, 55, 1e-9);
  const auto ratio =
      Travel(Chain({1, 1}), std::vector<WindowCounts>{Ratio(kNoon, kHour, .5), Part(100, 10)});
  EXPECT_NEAR(*ratio.bad_ratio, .55, 1e-12);
}

TEST(MergeTest, WhereAJourneyIsLost) {
  BudgetSeries browse, pay, ship;
  browse.chunks = {Part(1000, 100)};
  pay.chunks = {Part(900, 450)};
  ship.chunks = {Part(450, 45)};
  const auto losses = WhereLost(Chain({1, 1, 1}), {&browse, &pay, &ship});
  ASSERT_EQ(losses.size(), 3u);
  EXPECT_NEAR(losses[0].reached, 1, 1e-12);
  EXPECT_NEAR(losses[0].lost, .1, 1e-12);
  EXPECT_NEAR(losses[1].reached, .9, 1e-12);
  EXPECT_NEAR(losses[1].lost, .45, 1e-12);
  EXPECT_NEAR(losses[2].reached, .45, 1e-12);
  EXPECT_NEAR(losses[2].lost, .045, 1e-12);
}

TEST(MergeTest, ABranchIsReachedByItsOwnAncestorsOnly) {
  JourneyIndicator journey = Chain({1, 1, 1});
  journey.steps[2].after = {"step0"};  // beside step1, not after it
  BudgetSeries first, second, third;
  first.chunks = {Part(100, 10)};
  second.chunks = {Part(90, 45)};
  third.chunks = {Part(90, 9)};
  const auto losses = WhereLost(journey, {&first, &second, &third});
  EXPECT_NEAR(losses[2].reached, .9, 1e-12);
}

// One request after another, each good or bad for three parts.
TEST(MergePropertyTest, TheTruthOfACompositeIsWithinItsBounds) {
  EXPECT_TRUE(rc::check([] {
    const auto requests = *rc::gen::container<std::vector<std::array<bool, 3>>>(
        rc::gen::arbitrary<std::array<bool, 3>>());
    std::array<double, 3> bad{};
    double truth = 0;
    for (const auto& request : requests) {
      for (std::size_t i = 0; i < bad.size(); ++i) bad[i] += request[i] ? 1 : 0;
      truth += request[0] || request[1] || request[2] ? 1 : 0;
    }
    const auto total = double(requests.size());
    const std::vector<WindowCounts> parts = {Part(total, bad[0]), Part(total, bad[1]),
                                             Part(total, bad[2])};
    RC_ASSERT(FailTogether(parts).counts.bad <= truth);
    RC_ASSERT(truth <= FailApart(parts).counts.bad);
    RC_ASSERT(FailApart(parts).counts.bad <= total);
  }));
}

// Journeys walked one by one; a failed step ends one with its weight's chance, drawn beforehand.
TEST(MergePropertyTest, TheProductOfAJourneyIsWhatWalkingItGives) {
  EXPECT_TRUE(rc::check([] {
    const auto steps = *rc::gen::inRange<std::size_t>(1, 6);
    const int begun = *rc::gen::inRange(1, 400);
    std::vector<double> weights(steps, 1);
    std::vector<WindowCounts> parts;
    int travelling = begun;
    for (std::size_t i = 0; i < steps; ++i) {
      const int failed = *rc::gen::inRange(0, travelling + 1);
      const int lost = *rc::gen::inRange(0, failed + 1);
      weights[i] = failed > 0 ? double(lost) / failed : 1;
      parts.push_back(Part(travelling, failed));
      travelling -= lost;
    }
    const auto whole = Travel(Chain(weights), parts);
    RC_ASSERT(whole.counts.total == begun);
    RC_ASSERT(std::abs(whole.counts.bad - (begun - travelling)) < 1e-6);
  }));
}

TEST(MergePropertyTest, LossesAddUpToTheJourneys) {
  EXPECT_TRUE(rc::check([] {
    const auto steps = *rc::gen::inRange<std::size_t>(1, 6);
    std::vector<double> weights;
    std::vector<BudgetSeries> series(steps);
    std::vector<const BudgetSeries*> pointers;
    std::vector<WindowCounts> parts;
    for (std::size_t i = 0; i < steps; ++i) {
      weights.push_back(*rc::gen::inRange(1, 101) / 100.0);
      parts.push_back(Part(100, *rc::gen::inRange(0, 101)));
      series[i].chunks = {parts.back()};
      pointers.push_back(&series[i]);
    }
    double lost = 0;
    for (const StepLoss& loss : WhereLost(Chain(weights), pointers)) lost += loss.lost;
    RC_ASSERT(std::abs(lost * 100 - Travel(Chain(weights), parts).counts.bad) < 1e-9);
  }));
}

}  // namespace
}  // namespace slogate::core
