#include <gtest/gtest.h>

#include "adapters/kubernetes/client/lease_store.h"

namespace slogate::adapters::kubernetes {
namespace {

using core::TimePoint;
using std::chrono::milliseconds;

TEST(MicroTimeTest, FormatsWithSixDigits) {
  EXPECT_EQ(FormatMicroTime(TimePoint(milliseconds(1767323045678))), "2026-01-02T03:04:05.678000Z");
  EXPECT_EQ(FormatMicroTime(TimePoint{}), "1970-01-01T00:00:00.000000Z");
}

TEST(MicroTimeTest, ReadsBackWhatItWrote) {
  for (const long long ms : {0LL, 1LL, 999LL, 951782399999LL, 1767323045678LL}) {
    const TimePoint time{milliseconds(ms)};
    EXPECT_EQ(ParseMicroTime(FormatMicroTime(time)), time);
  }
}

TEST(MicroTimeTest, ReadsOtherFractionsAndOffsets) {
  const TimePoint second(milliseconds(1767323045000));
  EXPECT_EQ(ParseMicroTime("2026-01-02T03:04:05Z"), second);
  EXPECT_EQ(ParseMicroTime("2026-01-02T03:04:05.6Z"), second + milliseconds(600));
  EXPECT_EQ(ParseMicroTime("2026-01-02T03:04:05.678999999Z"), second + milliseconds(678));
  EXPECT_EQ(ParseMicroTime("2026-01-02T05:04:05+02:00"), second);
  EXPECT_EQ(ParseMicroTime("2026-01-01T22:34:05-04:30"), second);
}

TEST(MicroTimeTest, RefusesOtherText) {
  for (const char* text :
       {"", "now", "2026-01-02", "2026-01-02T03:04:05", "2026-02-30T03:04:05Z",
        "2026-01-02T25:04:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05Z ",
        "2026-01-02 03:04:05Z", "2026-13-02T03:04:05Z", "2026-01-02T03:04:05+99:00"}) {
    EXPECT_EQ(ParseMicroTime(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
