#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>

#include "rules/rule_yaml.h"

namespace slogate::rules {
namespace {

TEST(NumberTextTest, IsWhatAPersonWouldWrite) {
  EXPECT_EQ(NumberText(99.9 / 100), "0.999");
  EXPECT_EQ(NumberText(0.02 * 28 * 24), "13.44");
  EXPECT_EQ(NumberText(30), "30");
  EXPECT_EQ(NumberText(1e-7), "1e-07");
}

TEST(NumberTextTest, IsNeverFurtherThanAFewUnits) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponents(-9, 9);
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::pow(10, exponents(random));
    const double read = std::strtod(NumberText(value).c_str(), nullptr);
    EXPECT_NEAR(read / value, 1, 5e-16);
  }
}

}  // namespace
}  // namespace slogate::rules
