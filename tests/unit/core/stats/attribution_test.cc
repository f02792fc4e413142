#include "slogate/core/attribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace slogate::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> Logs(std::vector<double> values) {
  for (double& value : values) value = std::log(value);
  return values;
}

std::vector<WeightedEvidence> Equally(const std::vector<double>& log_e) {
  std::vector<WeightedEvidence> evidence;
  for (const double value : log_e) evidence.push_back({.log_e = value});
  return evidence;
}

double MeanOf(const std::vector<double>& log_e) { return LogMean(Equally(log_e)); }

std::vector<std::size_t> FailureOf(const std::vector<double>& log_e, double alpha) {
  return AttributeFailure(Equally(log_e), alpha);
}

TEST(LogMeanTest, IsTheLogarithmOfThePlainMean) {
  EXPECT_NEAR(MeanOf(Logs({1, 2, 9})), std::log(4), 1e-12);
  EXPECT_NEAR(MeanOf(Logs({0, 0, 300})), std::log(100), 1e-12);
}

TEST(LogMeanTest, NothingSaysNothing) { EXPECT_EQ(MeanOf({}), 0); }

TEST(LogMeanTest, OneValueIsItself) { EXPECT_EQ(MeanOf({-std::log(0.01)}), -std::log(0.01)); }

TEST(LogMeanTest, SurvivesWhatWouldOverflow) {
  EXPECT_NEAR(MeanOf({5000, 5000, -kInfinity, -9000}), 5000 - std::log(2), 1e-9);
  EXPECT_EQ(MeanOf({-kInfinity, -kInfinity}), -kInfinity);
}

TEST(LogMeanTest, NanIsNoEvidence) { EXPECT_NEAR(MeanOf({kNan, 3}), 3 - std::log(2), 1e-12); }

TEST(FailureTest, ASingleObjectiveAtItsThresholdIsToFailure) {
  EXPECT_THAT(FailureOf({-std::log(0.01)}, 0.01), ElementsAre(0));
  EXPECT_THAT(FailureOf(Logs({99}), 0.01), IsEmpty());
}

TEST(FailureTest, OnlyTheOneThatFailedIsToFailure) {
  EXPECT_THAT(FailureOf(Logs({0.2, 500, 1}), 0.01), ElementsAre(1));
}

TEST(FailureTest, ALargeValueMustStandAgainstEverySubsetOfTheOthers) {
  EXPECT_THAT(FailureOf(Logs({150, 0.5, 0.5}), 0.01), IsEmpty());
  EXPECT_THAT(FailureOf(Logs({300, 0.5, 0.5}), 0.01), ElementsAre(0));
}

TEST(FailureTest, SeveralCanBeToFailure) {
  EXPECT_THAT(FailureOf(Logs({1000, 1, 400, 2}), 0.01), ElementsAre(0, 2));
  EXPECT_THAT(FailureOf(Logs({200, 200}), 0.01), ElementsAre(0, 1));
}

TEST(FailureTest, TwoHighValuesCanShieldEachOther) {
  const std::vector<double> log_e = Logs({250, 1, 1, 250});
  EXPECT_GE(MeanOf(log_e), -std::log(0.01));
  EXPECT_THAT(FailureOf(log_e, 0.01), IsEmpty());
}

TEST(FailureTest, IsTotal) {
  EXPECT_THAT(FailureOf({}, 0.01), IsEmpty());
  EXPECT_THAT(FailureOf({kNan, -kInfinity, 5000, kNan}, 0.01), ElementsAre(2));
  EXPECT_THAT(FailureOf({kInfinity, 0}, 0.01), ElementsAre(0));
}

TEST(LogMeanTest, WeighsWhatItIsGiven) {
  EXPECT_NEAR(LogMean({{std::log(4), 3}, {std::log(8), 1}}), std::log(5), 1e-12);
}

TEST(FailureTest, ALightMemberNeedsMore) {
  const double high = std::log(500);
  EXPECT_THAT(AttributeFailure({{high, 0.5}, {0, 0.5}}, 0.01), ElementsAre(0));
  EXPECT_THAT(AttributeFailure({{high, 0.1}, {0, 0.9}}, 0.01), IsEmpty());
}

// Closed testing by its definition: every subset that holds i has a mean of at least 1/alpha.
TEST(FailureTest, AgreesWithEverySubset) {
  const std::vector<double> values = {30, 120, 410, 99, 1000, 0.1};
  std::vector<std::size_t> expected;
  for (std::size_t i = 0; i < values.size(); ++i) {
    bool to_failure = true;
    for (unsigned subset = 1; subset < (1U << values.size()); ++subset) {
      if ((subset & (1U << i)) == 0) continue;
      double sum = 0;
      int members = 0;
      for (std::size_t other = 0; other < values.size(); ++other) {
        if ((subset & (1U << other)) == 0) continue;
        sum += values[other];
        ++members;
      }
      to_failure = to_failure && sum / members >= 100;
    }
    if (to_failure) expected.push_back(i);
  }
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(FailureOf(Logs(values), 0.01), expected);
}

}  // namespace
}  // namespace slogate::core
