#include "spec/text/time_text.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

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
  for (const char* text : {"", "2026-11-21", "2026-11-21T20:00:00", "2026-11-21T20:00:00.Z",
                           "2026-11-21T20:00:00+01:00", "2026-13-21T20:00:00Z",
                           "2026-02-30T20:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T20:60:00Z",
                           "2026-11-21T20:00:00Zx", "-026-11-21T20:00:00Z"}) {
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

}  // namespace
}  // namespace slogate::spec
