#include <gtest/gtest.h>

#include "adapters/traffic/weighted_router.h"

namespace slogate::adapters::traffic {
namespace {

WeightPair Pair(std::int64_t canary, std::int64_t baseline, const char* called = "rule 0") {
  return {.called = called,
          .canary = {.path = "/0", .identity = {}, .weight = canary, .written = true},
          .baseline = {.path = "/1", .identity = {}, .weight = baseline, .written = true}};
}

TEST(WeightPairTest, AShareIsAWholeNumberOfTheSumOrNothing) {
  EXPECT_EQ(CanaryWeight(Pair(0, 100), 5), 5);
  EXPECT_EQ(CanaryWeight(Pair(1, 1), 50), 1);
  EXPECT_EQ(CanaryWeight(Pair(1, 1), 25), std::nullopt);
  EXPECT_EQ(CanaryWeight(Pair(3, 17), 5), 1);
  EXPECT_EQ(CanaryWeight(Pair(0, 0), 0), std::nullopt);
  EXPECT_EQ(CanaryWeight(Pair(1'000'000, 1'000'000), 99), 1'980'000);
}

TEST(WeightPairTest, RulesMustAgreeOnTheShare) {
  EXPECT_EQ(CanaryPercent({Pair(5, 95), Pair(50, 950)}), 5);
  EXPECT_EQ(CanaryPercent({Pair(5, 95), Pair(6, 94)}), std::nullopt);
  EXPECT_EQ(CanaryPercent({Pair(1, 2)}), std::nullopt);
  EXPECT_EQ(CanaryPercent({Pair(0, 0)}), std::nullopt);
  EXPECT_EQ(CanaryPercent({}), std::nullopt);
}

TEST(WeightPairTest, NamesTheRuleTheShareAndTheFix) {
  const std::vector<WeightPair> pairs{Pair(0, 100), Pair(0, 10, "rule 4")};
  EXPECT_EQ(WhyNotExpressible(pairs, 30), "");
  EXPECT_EQ(WhyNotExpressible(pairs, 25),
            "rule 4: weights that sum to 10 cannot express 25 %; set the two weights so that they "
            "sum to 100");
}

TEST(WeightPairTest, EveryStepAndZeroMustBeExpressible) {
  std::vector<core::Step> steps(2);
  steps[0].weight_percent = 10;
  steps[1].weight_percent = 50;
  EXPECT_EQ(WhyNotExpressible({Pair(0, 10)}, steps), "");
  steps[1].weight_percent = 55;
  EXPECT_NE(WhyNotExpressible({Pair(0, 10)}, steps).find("55 %"), std::string::npos);
  EXPECT_NE(WhyNotExpressible({Pair(0, 0)}, {}), "");
}

}  // namespace
}  // namespace slogate::adapters::traffic
