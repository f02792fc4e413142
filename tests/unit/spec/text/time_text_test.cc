#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "spec/text/units.h"

namespace slogate::spec {
namespace {

using std::chrono::milliseconds;

TEST(TimeTextTest, WritesUtcWithMilliseconds) {
  EXPECT_EQ(ToText(core::TimePoint{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(ToText(core::TimePoint(milliseconds(1'795'291'200'250))), "2026-11-21T20:00:00.250Z");
  EXPECT_EQ(ToSecondsText(core::TimePoint(milliseconds(1'795'291'200'250))),
            "2026-11-21T20:00:00Z");
  EXPECT_EQ(ToText(core::TimePoint(milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

TEST(TimeTextTest, KeepsAbsurdInstantsWithinFourDigitYears) {
  EXPECT_EQ(ToText(core::TimePoint::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(ToText(core::TimePoint::min()), "0000-01-01T00:00:00.000Z");
}

TEST(TimeTextTest, ReadsSecondsAndFractions) {
  const core::TimePoint whole(milliseconds(1'795'291'200'000));
  EXPECT_EQ(ParseTime("2026-11-21T20:00:00Z"), whole);
  EXPECT_EQ(ParseTime("2026-11-21T20:00:00.2Z"), whole + milliseconds(200));
  EXPECT_EQ(ParseTime("2026-11-21T20:00:00.123456Z"), whole + milliseconds(123));
}

TEST(TimeTextTest, RefusesOtherText) {
  for (const char* text :
       {"", "2026-11-21", "2026-11-21T20:00:00", "2026-11-21T20:00:00.Z",
        "2026-11-21T20:00:00+01:00", "2026-13-21T20:00:00Z", "2026-02-30T20:00:00Z",
        "2026-11-21T24:00:00Z", "2026-11-21T20:60:00Z", "2026-11-21T20:00:00Zx",
        "-026-11-21T20:00:00Z", ".5", "2026.56", "2026-11-21T24:00:00.5Z",
        "2026-11-21T20:60:00.25Z", "2026-11-21T20:00:60Z"}) {
    EXPECT_EQ(ParseTime(text), std::nullopt) << text;
  }
}

TEST(TimeTextTest, ReadsBackWhatItWrites) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 1000; ++i) {
    const core::TimePoint time{
        milliseconds(static_cast<std::int64_t>(random() % 253'402'300'800'000))};
    EXPECT_EQ(ParseTime(ToText(time)), time);
  }
}

TEST(MicroTimeTest, FormatsWithSixDigits) {
  EXPECT_EQ(ToMicrosText(core::TimePoint(milliseconds(1767323045678))),
            "2026-01-02T03:04:05.678000Z");
  EXPECT_EQ(ToMicrosText(core::TimePoint{}), "1970-01-01T00:00:00.000000Z");
}

TEST(MicroTimeTest, ReadsBackWhatItWrote) {
  for (const long long ms : {0LL, 1LL, 999LL, 951782399999LL, 1767323045678LL}) {
    const core::TimePoint time{milliseconds(ms)};
    EXPECT_EQ(ParseTime(ToMicrosText(time), Zone::kAny), time);
  }
}

TEST(MicroTimeTest, ReadsOtherFractionsAndOffsets) {
  const core::TimePoint second(milliseconds(1767323045000));
  EXPECT_EQ(ParseTime("2026-01-02T03:04:05Z", Zone::kAny), second);
  EXPECT_EQ(ParseTime("2026-01-02T03:04:05.6Z", Zone::kAny), second + milliseconds(600));
  EXPECT_EQ(ParseTime("2026-01-02T03:04:05.678999999Z", Zone::kAny), second + milliseconds(678));
  EXPECT_EQ(ParseTime("2026-01-02T05:04:05+02:00", Zone::kAny), second);
  EXPECT_EQ(ParseTime("2026-01-01T22:34:05-04:30", Zone::kAny), second);
  EXPECT_EQ(ParseTime("2026-01-02T03:03:60Z", Zone::kAny), second - std::chrono::seconds(5));
}

TEST(MicroTimeTest, RefusesOtherText) {
  for (const char* text :
       {"", "now", "2026-01-02", "2026-01-02T03:04:05", "2026-02-30T03:04:05Z",
        "2026-01-02T25:04:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05Z ",
        "2026-01-02 03:04:05Z", "2026-13-02T03:04:05Z", "2026-01-02T03:04:05+99:00", ".5",
        "2026-01-02T25:04:05.678Z", "2026-01-02T03:04:61.5+02:00"}) {
    EXPECT_EQ(ParseTime(text, Zone::kAny), std::nullopt) << text;
  }
}

TEST(HttpDateTest, ReadsThePreferredForm) {
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"),
            core::TimePoint(std::chrono::seconds(784'111'777)));
}

TEST(HttpDateTest, RefusesEverythingElse) {
  for (const char* text : {"", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Nvo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 0x Nov 1994 08:49:37 GMT",
                           "Sun, -6 Nov 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(ParseHttpDate(text)) << text;
  }
}

}  // namespace
}  // namespace slogate::spec
