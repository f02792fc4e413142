#include "promql/counted_series.h"

#include <gtest/gtest.h>

#include <regex>

namespace slogate::promql {
namespace {

TEST(BucketBoundTest, BoundsMatchBySizeNotBySpelling) {
  for (const char* label : {"0.3", "0.30", "00.3", "3e-01", "+0.3", ".3"}) {
    EXPECT_TRUE(IsBound(label, 0.3)) << label;
  }
  for (const char* label : {"", "0.31", "3", "0.3s", "NaN", "+Inf"}) {
    EXPECT_FALSE(IsBound(label, 0.3)) << label;
  }
  EXPECT_TRUE(IsBound("1.0", 1));
}

TEST(BucketBoundTest, TheBoundExpressionFindsEverySpelling) {
  const auto matches = [](double bound, const char* label) {
    return std::regex_match(label, std::regex(RegexOfBound(bound)));
  };
  for (const char* label : {"0.3", "0.30", ".3", "3e-01", "3e-1", "3.0E-1"}) {
    EXPECT_TRUE(matches(0.3, label)) << label;
  }
  for (const char* label : {"0.03", "3", "0.31", "10.3", "0x3", "-0.3"}) {
    EXPECT_FALSE(matches(0.3, label)) << label;
  }
  for (const char* label : {"1", "1.0", "1.", "01", "1e0", "1e+00"}) {
    EXPECT_TRUE(matches(1, label)) << label;
  }
  EXPECT_TRUE(matches(2.5, "2.50"));
  EXPECT_TRUE(matches(2.5, "2.5e+00"));
  EXPECT_TRUE(matches(1500, "1500.0"));
  EXPECT_TRUE(matches(1500, "1.5e+03"));
  EXPECT_TRUE(matches(1e-05, "1e-05"));
  EXPECT_TRUE(matches(1e-05, "0.00001"));
  EXPECT_TRUE(matches(0, "0.0"));
  EXPECT_FALSE(matches(10, "100"));
}

}  // namespace
}  // namespace slogate::promql
