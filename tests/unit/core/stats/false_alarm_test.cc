// Ville's bound and the speed of detection, by simulation with fixed seeds. Bounds leave room for
// chance: a correct comparator stays far below them, a broken one does not.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "unit/core/stats/simulated_traffic.h"

namespace slogate::core {
namespace {

constexpr int kRollouts = 1000;

int FalseRollbacks(const Traffic& traffic, int rollouts = kRollouts) {
  int rolled_back = 0;
  for (int i = 0; i < rollouts; ++i) {
    SimulatedRollout rollout(traffic, 7'000U + static_cast<unsigned>(i));
    if (rollout.RolledBackAt(rollout.MeasureHistory())) ++rolled_back;
  }
  return rolled_back;
}

struct Case {
  std::string name;
  Traffic traffic;
};

class EqualCanaryTest : public ::testing::TestWithParam<Case> {};

TEST_P(EqualCanaryTest, IsSeldomRolledBackHoweverOftenOneLooks) {
  // alpha is 1 %, the published rates are .03 % and less: 5 of 1000 would be out of line.
  EXPECT_LT(FalseRollbacks(GetParam().traffic), 5);
}

Traffic At(double canary_rps, double baseline_rps, double error_rate) {
  Traffic traffic;
  traffic.canary_rps = canary_rps;
  traffic.baseline_rps = baseline_rps;
  traffic.error_rate = error_rate;
  return traffic;
}

Traffic InBursts(double mean) {
  Traffic traffic;
  traffic.mean_burst = mean;
  return traffic;
}

Traffic Under(std::function<double(long)> weather) {
  Traffic traffic;
  traffic.weather = std::move(weather);
  return traffic;
}

// Five minutes of twenty times the errors, in both tracks.
double Incident(long block) { return block >= 100 && block < 120 ? 20 : 1; }

// Rates that swing by a factor of nine within the hour.
double Swing(long block) { return std::exp(1.1 * std::sin(static_cast<double>(block) / 38)); }

Traffic InSteps() {
  Traffic traffic;
  traffic.weights = {1, 5, 10, 25, 50};
  return traffic;
}

INSTANTIATE_TEST_SUITE_P(
    Traffic, EqualCanaryTest,
    ::testing::Values(Case{"OneInTen", At(10, 90, 0.005)}, Case{"Even", At(10, 10, 0.005)},
                      Case{"AlmostIdle", At(0.1, 0.9, 0.01)}, Case{"LowTraffic", At(1, 9, 0.005)},
                      Case{"BurstsOfThree", InBursts(3)}, Case{"BurstsOfTen", InBursts(10)},
                      Case{"WeightsThatRise", InSteps()}, Case{"IncidentInBoth", Under(Incident)},
                      Case{"RatesThatSwing", Under(Swing)}),
    [](const auto& param) { return param.param.name; });

// Minutes from the first worse block to the rollback, or to the showing of no worse, in the median
// of 201 rollouts.
double MedianMinutes(const Traffic& traffic, decltype(&SimulatedRollout::RolledBackAt) when) {
  std::vector<double> minutes;
  for (unsigned i = 0; i < 201; ++i) {
    SimulatedRollout rollout(traffic, 90'000U + i);
    const auto block = (rollout.*when)(rollout.MeasureHistory());
    const double blocks = block ? static_cast<double>(*block - traffic.worse_from_block) : 1e9;
    minutes.push_back(blocks * kBlockSeconds / 60);
  }
  std::nth_element(minutes.begin(), minutes.begin() + 100, minutes.end());
  return minutes[100];
}

double DetectionMinutes(Traffic traffic, double factor, long worse_from_block = 0) {
  traffic.canary_factor = factor;
  traffic.worse_from_block = worse_from_block;
  return MedianMinutes(traffic, &SimulatedRollout::RolledBackAt);
}

TEST(DetectionTest, TakesMinutes) {
  EXPECT_NEAR(DetectionMinutes(Traffic{}, 2), 8, 1.5);
  EXPECT_NEAR(DetectionMinutes(Traffic{}, 3), 3.25, 0.75);
  EXPECT_NEAR(DetectionMinutes(Traffic{}, 5), 1.75, 0.5);
}

TEST(DetectionTest, AFaultThatBeginsLateIsStillFoundSoon) {
  EXPECT_NEAR(DetectionMinutes(Traffic{}, 5, 120), 3.25, 0.75);
}

TEST(DetectionTest, AFaultThatBeginsUnderALaterStepsLoadIsFoundInThatStep) {
  EXPECT_NEAR(DetectionMinutes(InSteps(), 3, 3 * kBlocksAStep), 3.75, 1);
}

TEST(PromotionTest, AGoodCanaryIsShownNoWorseWithinMinutes) {
  Traffic traffic;
  traffic.error_rate = 0.002;
  EXPECT_LT(MedianMinutes(traffic, &SimulatedRollout::ShownNoWorseAt), 15);
}

// At the very bound of the claim, p_c = max(1.5 p_b, tau); the promise is 5 %.
TEST(PromotionTest, ACanaryAtTheBoundIsSeldomShownNoWorse) {
  for (const double error_rate : {0.002, 0.01}) {
    Traffic traffic;
    traffic.error_rate = error_rate;
    traffic.canary_factor = std::max(1.5, (1 - traffic.target) / error_rate);
    int shown = 0;
    for (unsigned i = 0; i < 400; ++i) {
      SimulatedRollout rollout(traffic, 20'000U + i);
      if (rollout.ShownNoWorseAt(rollout.MeasureHistory())) ++shown;
    }
    EXPECT_LE(shown, 20) << "of 400 at " << error_rate;
  }
}

// Twice a hundredth of the promise is a trifle: no rollback although the ratio is plain.
TEST(DetectionTest, ATrifleFarInsideThePromiseIsNotRolledBack) {
  int rolled_back = 0;
  for (unsigned i = 0; i < 100; ++i) {
    Traffic traffic = At(100, 900, 0.0001);
    traffic.canary_factor = 2;
    traffic.target = 0.995;
    SimulatedRollout rollout(traffic, 40'000U + i);
    if (rollout.RolledBackAt(rollout.MeasureHistory())) ++rolled_back;
  }
  EXPECT_EQ(rolled_back, 0);
}

}  // namespace
}  // namespace slogate::core
