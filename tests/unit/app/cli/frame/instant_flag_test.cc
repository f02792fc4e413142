#include <gtest/gtest.h>

#include <chrono>

#include "app/cli/frame/command.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

using std::chrono::seconds;

TEST(TimeTextTest, ReadsBothForms) {
  EXPECT_EQ(ParseInstant("1970-01-01T00:01:00Z"), core::TimePoint(seconds(60)));
  EXPECT_EQ(ParseInstant("2024-02-29T12:30:15Z"), core::TimePoint(seconds(1709209815)));
  EXPECT_EQ(ParseInstant("1709209815"), core::TimePoint(seconds(1709209815)));
}

TEST(TimeTextTest, RefusesWhatIsNoTime) {
  for (const char* const text :
       {"", "now", "-5", "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00",
        "2024-01-01 00:00:00Z", "99999999999999999999", "253402300800"}) {
    EXPECT_EQ(ParseInstant(text), std::nullopt) << text;
  }
}

TEST(TimeTextTest, WritesWhatItReads) {
  for (const char* const text : {"1970-01-01T00:00:00Z", "2026-11-21T20:05:09Z"}) {
    EXPECT_EQ(spec::ToSecondsText(*ParseInstant(text)), text);
  }
}

}  // namespace
}  // namespace slogate::app
