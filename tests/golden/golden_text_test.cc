#include "support/golden_text.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace slogate::testing {
namespace {

TEST(GoldenTextTest, CarriesOutChanges) {
  EXPECT_EQ(Changed("a\nb\nc\nd\n", "@@ -1 +1,2 @@\n-a\n+A\n+B\n@@ -3,2 +3,0 @@\n-c\n-d\n"),
            "A\nB\nb\n");
  EXPECT_EQ(Changed("a\nb\n", "@@ -0,0 +1 @@\n+first\n@@ -1,0 +3 @@\n+second\n"),
            "first\na\nsecond\nb\n");
  EXPECT_EQ(Changed("a\n", ""), "a\n");
}

TEST(GoldenTextTest, RefusesChangesOfAnotherText) {
  EXPECT_THROW(Changed("a\nb\n", "@@ -2 +2 @@\n-a\n+c\n"), std::runtime_error);
  EXPECT_THROW(Changed("a\n", "@@ -2 +2 @@\n-b\n+c\n"), std::runtime_error);
}

}  // namespace
}  // namespace slogate::testing
