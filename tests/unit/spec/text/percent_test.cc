#include <gtest/gtest.h>

#include "spec/text/units.h"

namespace slogate::spec {
namespace {

TEST(PercentTest, IsTheNearestShareOfTheDecimalNumber) {
  EXPECT_EQ(ShareOf(99.9), 0.999);
  EXPECT_EQ(ShareOf(99.99), 0.9999);
  EXPECT_EQ(ShareOf(-10), -0.1);
  EXPECT_EQ(ShareOf(100), 1);
}

TEST(PercentTest, ComesBackFromEveryShareThatPeopleWrite) {
  for (int thousandths = -100'000; thousandths <= 100'000; ++thousandths) {
    const double percent = thousandths / 1000.0;
    ASSERT_EQ(PercentOf(ShareOf(percent)), percent);
  }
}

TEST(PercentTest, TheFixIsMadeOfTheShareThatWasGiven) {
  EXPECT_EQ(FixOfShare(0.999), "write 99.9 for a ratio of 0.999");
  EXPECT_EQ(FixOfShare(0.9995), "write 99.95 for a ratio of 0.9995");
  EXPECT_EQ(FixOfShare(0.5), "write 50 for a ratio of 0.5");
}

}  // namespace
}  // namespace slogate::spec
