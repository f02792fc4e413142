#include "spec/text/units.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace slogate::spec {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(DurationTextTest, ReadsWhatPeopleWrite) {
  EXPECT_EQ(ParseDuration("30s"), seconds(30));
  EXPECT_EQ(ParseDuration("5m"), minutes(5));
  EXPECT_EQ(ParseDuration("1h30m"), minutes(90));
  EXPECT_EQ(ParseDuration("30d"), days(30));
  EXPECT_EQ(ParseDuration("2w"), days(14));
  EXPECT_EQ(ParseDuration("250ms"), milliseconds(250));
  EXPECT_EQ(ParseDuration("1m250ms"), minutes(1) + milliseconds(250));
  EXPECT_EQ(ParseDuration("0"), seconds(0));
  EXPECT_EQ(ParseDuration("0s"), seconds(0));
}

TEST(DurationTextTest, RefusesEverythingElse) {
  for (const char* text : {"",
                           "10",
                           "s",
                           "-5s",
                           "+5s",
                           "1.5h",
                           "5 m",
                           " 5m",
                           "5m ",
                           "5M",
                           "5m5m",
                           "30m1h",
                           "1s1m",
                           "5minutes",
                           "5y",
                           "ms",
                           "1ms1s",
                           "99999999999999999s",
                           "5000000000000w",
                           "3661d",
                           "9223372036854775808ms"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(DurationTextTest, WritesTheShortestText) {
  EXPECT_EQ(ToText(minutes(90)), "1h30m");
  EXPECT_EQ(ToText(days(30)), "30d");
  EXPECT_EQ(ToText(milliseconds(1)), "1ms");
  EXPECT_EQ(ToText(seconds(0)), "0s");
  EXPECT_EQ(ToText(seconds(-5)), "0s");
}

TEST(DurationTextTest, ReadsBackWhatItWrites) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    const core::Duration duration{random() % (std::uint64_t{1} << (random() % 38))};
    EXPECT_EQ(ParseDuration(ToText(duration)), duration) << duration.count();
  }
}

}  // namespace
}  // namespace slogate::spec
