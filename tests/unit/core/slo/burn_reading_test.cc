#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <vector>

#include "core/slo/burn_windows.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

const std::vector<BurnRow> kOneRow = {{Severity::kPage, hours(1), minutes(5), 14.4}};

std::vector<BurnRowReading> RowsOf(double long_ratio, double short_ratio, double target = .999,
                                   double events = 1e6) {
  const auto burns = ReadBurns({Counted(kNoon, minutes(5), events / 12, events / 12 * short_ratio),
                                Counted(kNoon, hours(1), events, events * long_ratio)},
                               target);
  return ReadRows(kOneRow, burns, target);
}

TEST(BurnReadingTest, ARowFiresWhenBothWindowsAreAboveItsFactor) {
  EXPECT_TRUE(RowsOf(.0145, .0145)[0].firing);
  EXPECT_FALSE(RowsOf(.0145, .0143)[0].firing);
  EXPECT_FALSE(RowsOf(.0143, .0145)[0].firing);
  EXPECT_TRUE(RowsOf(.0143, .0143)[0].known);
}

TEST(BurnReadingTest, AnUnknownWindowNeverFires) {
  for (const WindowCounts& hole :
       {Missing(kNoon, hours(1)), Missing(kNoon, hours(1), CountProblem::kNotANumber),
        Counted(kNoon, hours(1), 0, 0), Counted(kNoon, hours(2), 10, 10)}) {
    const auto burns = ReadBurns({Counted(kNoon, minutes(5), 10, 10), hole}, .999);
    const auto rows = ReadRows(kOneRow, burns, .999);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_FALSE(rows[0].known);
    EXPECT_FALSE(rows[0].firing);
  }
}

TEST(BurnReadingTest, ATargetOfNinetyPercentCanNeverBurnAtFourteen) {
  const auto rows = RowsOf(1, 1, .9);
  EXPECT_TRUE(rows[0].impossible);
  EXPECT_FALSE(rows[0].firing);
  EXPECT_FALSE(RowsOf(1, 1, .95)[0].impossible);
}

TEST(BurnReadingTest, AFactorThatIsTheLargestBurnIsImpossible) {
  const std::vector<BurnRow> rows = {{Severity::kPage, hours(1), minutes(5), 10}};
  EXPECT_TRUE(ReadRows(rows, {}, .9)[0].impossible);
}

TEST(BurnReadingTest, OneBadEventOfFewReachesTheFactor) {
  // 1 / 69 / (1 - .999) = 14.49; 1 / 70 / (1 - .999) = 14.29.
  EXPECT_TRUE(RowsOf(0, 0, .999, 69)[0].one_event);
  EXPECT_FALSE(RowsOf(0, 0, .999, 70)[0].one_event);
}

TEST(BurnReadingTest, ARatioKnowsNoEvents) {
  const auto burns = ReadBurns({Ratio(kNoon, hours(1), .02)}, .99);
  ASSERT_EQ(burns.size(), 1u);
  EXPECT_NEAR(*burns[0].burn, 2, 1e-12);
  EXPECT_EQ(burns[0].events, 0);
}

TEST(BurnReadingTest, ThePresentIsTheShortestWindowFromAnHourOn) {
  const std::vector<BurnReading> burns = {
      {minutes(5), 50, 1}, {hours(2), 20, 1}, {hours(1), 10, 1}, {hours(6), 5, 1}};
  EXPECT_EQ(PresentBurn(Duration(days(30)), burns), 10);
  EXPECT_EQ(PresentBurn(Duration(days(30)), {{minutes(5), 50, 1}}), std::nullopt);
  EXPECT_EQ(PresentBurn(Duration(days(30)), {{hours(1), std::nullopt, 0}}), std::nullopt);
}

TEST(BurnReadingPropertyTest, BurnIsTheRatioOverOneLessTheTarget) {
  EXPECT_TRUE(rc::check([] {
    const double target = *rc::gen::inRange(1, 100'000) / 100'000.0;
    const int total = *rc::gen::inRange(1, 1'000'000);
    const int bad = *rc::gen::inRange(0, total + 1);
    const auto burns = ReadBurns({Counted(kNoon, hours(1), total, bad)}, target);
    RC_ASSERT(*burns[0].burn == double(bad) / total / (1 - target));
    RC_ASSERT(burns[0].events == total);
    // Where all is bad the burn is the largest there is.
    RC_ASSERT(*burns[0].burn <= 1 / (1 - target));
  }));
}

}  // namespace
}  // namespace slogate::core
