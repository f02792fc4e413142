#include "adapters/prometheus/evidence/series_counter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

// Seconds after an arbitrary origin; the block counted is (60, 65].
core::TimePoint At(double seconds) {
  return core::TimePoint(core::Duration(1'700'000'000'000 + std::llround(seconds * 1000)));
}

double StartAt(double seconds) { return 1'700'000'000 + seconds; }

class SeriesCounterTest : public testing::Test {
 protected:
  const Labels target_ = Target("shop", "10.0.0.1:80");
  const Labels series_ = Named("errors_total", target_);

  // One scrape in which the series has `value`, or is absent.
  void Scrape(double seconds, std::optional<double> value, std::optional<double> start = -1000) {
    targets_[Named("up", target_)].push_back({At(seconds), 1});
    if (start) {
      targets_[Named("process_start_time_seconds", target_)].push_back(
          {At(seconds), StartAt(*start)});
    }
    if (value) samples_.push_back({At(seconds), *value});
  }

  void Failed(double seconds) { targets_[Named("up", target_)].push_back({At(seconds), 0}); }

  SeriesCount Count(core::Duration scrape_interval = core::Duration(0),
                    Increase increase = Increase::kOfPrometheus) const {
    const BlockBounds block{At(60), At(65), scrape_interval};
    const TargetIndex index(targets_);
    return CountSeries(samples_, index.For(series_, block.begin - kLongestGap, block.end), index,
                       block, Values::kWhole, increase);
  }

  SeriesMap targets_;
  Samples samples_;
};

TEST_F(SeriesCounterTest, CountsDifferencesFromTheLastSampleBeforeTheBlock) {
  for (int second = 57; second <= 67; ++second) Scrape(second, 10 * second);
  const SeriesCount count = Count();
  EXPECT_EQ(count.count, 50);
  EXPECT_TRUE(count.seen);
  EXPECT_FALSE(count.unknown_origin || count.not_monotone || count.start_unknown);
  EXPECT_EQ(count.problem, CountProblem::kNone);
}

TEST_F(SeriesCounterTest, CountsTheScrapesOfABlockWhateverOneMissed) {
  for (const double second : {59.4, 60.4, 62.4, 63.4, 64.4, 65.4}) Scrape(second, 10 * second);
  const SeriesCount count = Count(std::chrono::seconds(1));
  EXPECT_EQ(count.count, 50);
  EXPECT_EQ(count.by_scrape, (std::vector<double>{10, 0, 20, 10, 10}));
  EXPECT_TRUE(Count(std::chrono::seconds(2)).by_scrape.empty()) << "no whole number of them";
}

TEST_F(SeriesCounterTest, AScrapeAtTheEndOfAnIntervalBelongsToIt) {
  for (int second = 57; second <= 67; ++second) Scrape(second, second < 62 ? 0 : second - 61);
  EXPECT_EQ(Count(std::chrono::seconds(1)).by_scrape, (std::vector<double>{0, 1, 1, 1, 1}));
}

TEST_F(SeriesCounterTest, SaysWhatIncreaseDoesNotSee) {
  for (int second = 57; second <= 67; ++second) {
    Scrape(second, second < 62 ? std::nullopt : std::optional<double>(second - 58));
  }
  const SeriesCount count = Count();
  EXPECT_EQ(count.count, 7);
  ASSERT_EQ(count.unseen.size(), 1U);
  EXPECT_EQ(count.unseen[0].at, At(62));
  EXPECT_EQ(count.unseen[0].events, 4) << "the value with which it began";
  EXPECT_TRUE(count.unseen[0].first);
}

TEST_F(SeriesCounterTest, WhatIncreaseSeesIsNotUnseen) {
  for (int second = 57; second <= 67; ++second) {
    Scrape(second, second < 63 ? 10 * second : second - 63, second < 63 ? -1000 : 62);
  }
  const SeriesCount count = Count();
  EXPECT_EQ(count.count, 22) << "restarted, and lower than before";
  EXPECT_TRUE(count.unseen.empty());
}

TEST_F(SeriesCounterTest, ARestartAboveTheOldValueIsUnseen) {
  for (int second = 57; second <= 67; ++second) {
    Scrape(second, second < 63 ? 5 : 9, second < 63 ? -1000 : 62);
  }
  const SeriesCount count = Count();
  EXPECT_EQ(count.count, 9);
  ASSERT_EQ(count.unseen.size(), 1U);
  EXPECT_EQ(count.unseen[0].events, 5) << "increase() sees the difference of 4";
  EXPECT_FALSE(count.unseen[0].first);
}

// From 100 to 88 is less than an eighth.
TEST_F(SeriesCounterTest, VictoriaMetricsIgnoresSmallFalls) {
  for (const double fallen : {88, 87}) {
    samples_.clear();
    targets_.clear();
    Scrape(61, 100);
    Scrape(62, fallen);
    Scrape(64, 103);
    EXPECT_EQ(Count().unseen.at(0).events, -fallen) << "no process restarted";
    const auto unseen = Count(core::Duration(0), Increase::kOfVictoriaMetrics).unseen;
    EXPECT_EQ(unseen.at(0).events, fallen == 88 ? 3 - 15 : -fallen);
  }
}

TEST_F(SeriesCounterTest, ASampleOnTheBlocksBeginBelongsToTheBlockBefore) {
  Scrape(60, 100);
  Scrape(65, 107);
  EXPECT_EQ(Count().count, 7);
}

TEST_F(SeriesCounterTest, ARestartCountsTheNewValue) {
  Scrape(60, 100, -1000);
  Scrape(61, 3, 60.5);
  Scrape(62, 5, 60.5);
  EXPECT_EQ(Count().count, 5);
  EXPECT_FALSE(Count().not_monotone);
}

TEST_F(SeriesCounterTest, ARestartHiddenByAHigherValueIsFound) {
  Scrape(60, 100, -1000);
  Scrape(63, 240, 60.5);
  EXPECT_EQ(Count().count, 240);
}

TEST_F(SeriesCounterTest, SlewOfTheBootTimeIsNoRestart) {
  Scrape(60, 100'000, -1000);
  Scrape(61, 100'001, -999);
  EXPECT_EQ(Count().count, 1);
}

TEST_F(SeriesCounterTest, AnOlderProcessBehindTheSameAddressIsNoRestart) {
  Scrape(60, 100, -1000);
  Scrape(61, 50'000, -2000);
  Scrape(62, 50'004, -2000);
  EXPECT_EQ(Count().count, 4);
  EXPECT_TRUE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, ErrorsBornAtOneCountOne) {
  Scrape(59, std::nullopt);
  Scrape(60, std::nullopt);
  Scrape(61, 1);
  Scrape(62, 1);
  EXPECT_EQ(Count().count, 1);
  EXPECT_FALSE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, ErrorsRebornHigherCountAll) {
  Scrape(60, 5, -1000);
  Scrape(61, std::nullopt, 60.2);
  Scrape(62, 7, 60.2);
  EXPECT_EQ(Count().count, 7);
}

TEST_F(SeriesCounterTest, AbsenceWhileUpMeansReborn) {
  Scrape(60, 5, std::nullopt);
  Scrape(61, std::nullopt, std::nullopt);
  Scrape(62, 7, std::nullopt);
  EXPECT_EQ(Count().count, 7);
  EXPECT_TRUE(Count().start_unknown);
}

TEST_F(SeriesCounterTest, ASeriesWithoutANumberForAWhileIsNotReborn) {
  Scrape(55, 1'000'000);
  for (int second = 56; second <= 60; ++second) Scrape(second, std::nan(""));
  Scrape(61, 1'000'006);
  Scrape(65, 1'000'010);
  EXPECT_EQ(Count().count, 10);
  EXPECT_EQ(Count().problem, CountProblem::kNone);
}

TEST_F(SeriesCounterTest, AFirstNumberAfterOthersIsOfUnknownOrigin) {
  Scrape(58, std::nan(""));
  Scrape(61, 1'000'000);
  Scrape(65, 1'000'004);
  EXPECT_EQ(Count().count, 4);
  EXPECT_TRUE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, AFailedScrapeInBetweenIsBridged) {
  Scrape(60, 5);
  Failed(61);
  Failed(62);
  Scrape(63, 9);
  EXPECT_EQ(Count().count, 4);
}

TEST_F(SeriesCounterTest, ANewPodCountsFromItsStart) {
  Scrape(62, 40, 60.5);
  Scrape(63, 50, 60.5);
  EXPECT_EQ(Count().count, 50);
  EXPECT_FALSE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, AnOldPodNewlyDiscoveredCountsFromItsFirstSample) {
  Scrape(62, 100'000, -5000);
  Scrape(63, 100'010, -5000);
  EXPECT_EQ(Count().count, 10);
  EXPECT_TRUE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, AFirstValueOfZeroHidesNothing) {
  Scrape(62, 0, -5000);
  Scrape(63, 3, -5000);
  EXPECT_EQ(Count().count, 3);
  EXPECT_FALSE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, ARelabelledTargetIsNoNewProcess) {
  const Labels before = Target("shop", "old-name:80");
  for (int second = 58; second <= 61; ++second) {
    targets_[Named("process_start_time_seconds", before)].push_back({At(second), StartAt(30)});
  }
  Scrape(62, 900, 30);
  Scrape(63, 910, 30);
  EXPECT_EQ(Count().count, 10);
  EXPECT_TRUE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, TheSameProcessScrapedTwiceIsNoHandover) {
  const Labels twin = Target("shop-again", "10.0.0.1:80");
  for (const double second : {61.5, 62.5, 63.5}) {
    targets_[Named("process_start_time_seconds", twin)].push_back({At(second), StartAt(60.5)});
  }
  Scrape(62, 9, 60.5);
  Scrape(63, 11, 60.5);
  EXPECT_EQ(Count().count, 11);
}

TEST_F(SeriesCounterTest, ADipHoldsTheMaximum) {
  Scrape(60, 100'000);
  Scrape(61, 99'960);
  Scrape(62, 99'990);
  Scrape(63, 100'020);
  EXPECT_EQ(Count().count, 20);
  EXPECT_TRUE(Count().not_monotone);
}

TEST_F(SeriesCounterTest, ADipBeforeTheBlockIsHeldIntoItWithoutANoteOfItsOwn) {
  Scrape(58, 100'000);
  Scrape(60, 99'960);
  Scrape(63, 100'020);
  EXPECT_EQ(Count().count, 20);
  EXPECT_FALSE(Count().not_monotone);
}

TEST_F(SeriesCounterTest, WithoutStartTimesAFallBelowHalfIsARestart) {
  Scrape(60, 100, std::nullopt);
  Scrape(61, 49, std::nullopt);
  EXPECT_EQ(Count().count, 49);
  EXPECT_FALSE(Count().not_monotone);
}

TEST_F(SeriesCounterTest, WithoutStartTimesASmallFallIsUncertain) {
  Scrape(60, 100, std::nullopt);
  Scrape(61, 51, std::nullopt);
  Scrape(62, 53, std::nullopt);
  EXPECT_EQ(Count().count, 2);
  EXPECT_TRUE(Count().not_monotone);
}

TEST_F(SeriesCounterTest, WithoutATargetAFirstValueIsOfUnknownOrigin) {
  samples_ = {{At(61), 7}, {At(62), 9}};
  EXPECT_EQ(Count().count, 2);
  EXPECT_TRUE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, UpOfAnotherReplicaSaysNothingOfAbsence) {
  samples_ = {{At(60), 1000}, {At(61), 1003}};
  targets_[Named("up", target_)] = {{At(59.5), 1}, {At(60.5), 1}, {At(61.5), 1}};
  EXPECT_EQ(Count().count, 3);
}

TEST_F(SeriesCounterTest, OneSampleOfAnotherReplicaSaysNothingOfAbsenceEither) {
  samples_ = {{At(60), 1000}, {At(61), 1003}};
  targets_[Named("up", target_)] = {{At(60.5), 1}, {At(61), 1}};
  EXPECT_EQ(Count().count, 3);
}

TEST_F(SeriesCounterTest, UpOfAnotherReplicaSaysNothingOfBirth) {
  samples_ = {{At(62), 1000}};
  targets_[Named("up", target_)] = {{At(60.5), 1}, {At(61.5), 1}};
  EXPECT_EQ(Count().count, 0);
  EXPECT_TRUE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, AYoungerProcessIsNotFollowedByAnOlderOne) {
  Scrape(60, 100, 50);
  Scrape(61, 400, 40);
  EXPECT_EQ(Count().count, 0);
  EXPECT_TRUE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, AProcessThatStartedLongAgoIsNoRestart) {
  Scrape(60, 100, -2000);
  Scrape(61, 50'000, -1000);
  EXPECT_EQ(Count().count, 0);
  EXPECT_TRUE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, ForgetsWhatIsOlderThanTheLongestGap) {
  Scrape(60 - 300.001, 1);
  Scrape(61, 50);
  EXPECT_EQ(Count().count, 0);
  EXPECT_TRUE(Count().unknown_origin);
}

TEST_F(SeriesCounterTest, BridgesExactlyTheLongestGap) {
  Scrape(60 - 300, 1);
  Scrape(61, 50);
  EXPECT_EQ(Count().count, 49);
}

TEST_F(SeriesCounterTest, WhatIsNoCountIsAReason) {
  const auto with = [this](double value) {
    samples_.clear();
    targets_.clear();
    Scrape(60, 1);
    Scrape(61, value);
    return Count().problem;
  };
  EXPECT_EQ(with(std::numeric_limits<double>::quiet_NaN()), CountProblem::kNotANumber);
  EXPECT_EQ(with(std::numeric_limits<double>::infinity()), CountProblem::kInfinite);
  EXPECT_EQ(with(-std::numeric_limits<double>::infinity()), CountProblem::kInfinite);
  EXPECT_EQ(with(-3), CountProblem::kInconsistent);
  EXPECT_EQ(with(2.5), CountProblem::kInconsistent);
  EXPECT_EQ(with(2), CountProblem::kNone);
}

TEST_F(SeriesCounterTest, NothingInTheBlockIsNotSeen) {
  Scrape(60, 5);
  Scrape(66, 9);
  EXPECT_FALSE(Count().seen);
  EXPECT_EQ(Count().count, 0);
}

}  // namespace
}  // namespace slogate::adapters::prometheus
