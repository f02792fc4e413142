#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "core/slo/findings.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

TEST(ProseTest, LengthsHaveTwoUnitsAtMost) {
  EXPECT_EQ(LengthInWords(hours(4) + minutes(10)), "4 h 10 min");
  EXPECT_EQ(LengthInWords(hours(4) + minutes(10) + seconds(59)), "4 h 10 min");
  EXPECT_EQ(LengthInWords(days(3)), "3 d");
  EXPECT_EQ(LengthInWords(days(3) + minutes(59)), "3 d");
  EXPECT_EQ(LengthInWords(days(29) + hours(23)), "29 d 23 h");
  EXPECT_EQ(LengthInWords(minutes(5)), "5 min");
  EXPECT_EQ(LengthInWords(seconds(61)), "1 min 1 s");
  EXPECT_EQ(LengthInWords(Duration(1500)), "1 s");
  EXPECT_EQ(LengthInWords(Duration(20)), "20 ms");
  EXPECT_EQ(LengthInWords(Duration(0)), "0 s");
  EXPECT_EQ(LengthInWords(Duration(-5)), "0 s");
}

TEST(ProseTest, Percent) {
  EXPECT_EQ(PercentInWords(.91), "91 %");
  EXPECT_EQ(PercentInWords(1.32), "132 %");
  EXPECT_EQ(PercentInWords(0), "0 %");
  EXPECT_EQ(PercentInWords(.004), "0.4 %");
  EXPECT_EQ(PercentInWords(.0432), "4.3 %");
  EXPECT_EQ(PercentInWords(1), "100 %");
  EXPECT_EQ(PercentInWords(.99), "99 %");
  EXPECT_EQ(PercentInWords(-.25), "-25 %");
}

TEST(ProseTest, NearlyAllIsNotAll) {
  EXPECT_EQ(PercentInWords(.995), "99.5 %");
  EXPECT_EQ(PercentInWords(.9996), "99.96 %");
  EXPECT_EQ(PercentInWords(.99999), "99.999 %");
  EXPECT_EQ(PercentInWords(1 - 1e-12), "99.9999 %");
}

TEST(ProseTest, Numbers) {
  EXPECT_EQ(NumberInWords(14.4), "14.4");
  EXPECT_EQ(NumberInWords(.93333), "0.933");
  EXPECT_EQ(NumberInWords(16), "16");
  EXPECT_EQ(NumberInWords(99.97), "100");
  EXPECT_EQ(NumberInWords(12345.6), "12346");
  EXPECT_EQ(NumberInWords(1e12), "1e+12");
}

TEST(ProseTest, Times) {
  EXPECT_EQ(TimeInWords(kNoon + minutes(7)), "2026-11-22 12:07 UTC");
  EXPECT_EQ(TimeInWords(kNoon - days(20) - hours(4)), "2026-11-02 08:00 UTC");
}

TEST(ProsePropertyTest, OnlyAllIsAHundredPercent) {
  EXPECT_TRUE(rc::check([] {
    const double left = std::pow(10, -*rc::gen::inRange(0, 160) / 10.0);
    RC_ASSERT(PercentInWords(1 - left) != "100 %");
  }));
}

}  // namespace
}  // namespace slogate::core
