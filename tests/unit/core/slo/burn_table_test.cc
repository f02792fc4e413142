#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <vector>

#include "core/slo/burn_windows.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

TEST(BurnTableTest, ThirtyDaysAreTheWorkbooks) {
  const std::vector<BurnRow> expected = {{Severity::kPage, hours(1), minutes(5), 14.4},
                                         {Severity::kPage, hours(6), minutes(30), 6},
                                         {Severity::kTicket, hours(24), hours(2), 3},
                                         {Severity::kTicket, hours(72), hours(6), 1}};
  EXPECT_EQ(BurnTable(Duration(days(30))), expected);
  EXPECT_EQ(BurnTable(CalendarUnit::kMonth), expected);
}

TEST(BurnTableTest, TwentyEightDaysHaveTheSameWindowsAndSmallerFactors) {
  const auto rows = BurnTable(Duration(days(28)));
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_DOUBLE_EQ(rows[0].factor, 13.44);
  EXPECT_DOUBLE_EQ(rows[1].factor, 5.6);
  EXPECT_DOUBLE_EQ(rows[2].factor, 2.8);
  EXPECT_NEAR(rows[3].factor, .9333, .00005);
  EXPECT_EQ(rows[0].long_window, hours(1));
  EXPECT_EQ(rows[3].long_window, hours(72));
}

TEST(BurnTableTest, AQuarterKeepsTheWindowsAndRaisesTheFactors) {
  const auto rows = BurnTable(CalendarUnit::kQuarter);
  EXPECT_EQ(rows[0].long_window, hours(1));
  EXPECT_DOUBLE_EQ(rows[0].factor, .02 * 91 * 24);
}

TEST(BurnTableTest, AWeeksWindowsShrinkSoThatNoFactorIsBelowOne) {
  const std::vector<BurnRow> expected = {{Severity::kPage, minutes(14), seconds(70), 14.4},
                                         {Severity::kPage, minutes(84), minutes(7), 6},
                                         {Severity::kTicket, seconds(20160), seconds(1680), 3},
                                         {Severity::kTicket, seconds(60480), seconds(5040), 1}};
  EXPECT_EQ(BurnTable(CalendarUnit::kWeek), expected);
}

TEST(BurnTableTest, ShortWindowsAreAMinuteAtLeastAndNotLongerThanTheLongOnes) {
  const auto day = BurnTable(CalendarUnit::kDay);
  EXPECT_EQ(day[0].long_window, minutes(2));
  EXPECT_EQ(day[0].short_window, minutes(1));
  const auto ten_minutes = BurnTable(Duration(minutes(10)));
  EXPECT_EQ(ten_minutes[0].long_window, seconds(1));
  EXPECT_EQ(ten_minutes[0].short_window, seconds(1));
}

TEST(BurnTableTest, ThePresentIsTheLastHour) {
  EXPECT_EQ(PresentWindow(Duration(days(30))), hours(1));
  EXPECT_EQ(PresentWindow(CalendarUnit::kYear), hours(1));
  EXPECT_EQ(PresentWindow(CalendarUnit::kWeek), minutes(14));
}

TEST(BurnTablePropertyTest, ARowFiresWhenItsShareOfTheBudgetIsSpent) {
  EXPECT_TRUE(rc::check([] {
    const Duration period = minutes(*rc::gen::inRange(1, 2'000'000));
    const double shares[] = {.02, .05, .1, .1};
    const auto rows = BurnTable(period);
    RC_ASSERT(rows.size() == 4u);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const BurnRow& row = rows[i];
      RC_ASSERT(row.short_window <= row.long_window);
      RC_ASSERT(row.long_window.count() % 1000 == 0);
      RC_ASSERT(row.short_window.count() % 1000 == 0);
      const double spent = row.factor * double(row.long_window.count()) / double(period.count());
      RC_ASSERT(spent > shares[i] * (1 - 1e-12));
      RC_ASSERT(spent < shares[i] * (1 + 1e-12));
    }
    RC_ASSERT(rows[3].factor > .9);
  }));
}

}  // namespace
}  // namespace slogate::core
