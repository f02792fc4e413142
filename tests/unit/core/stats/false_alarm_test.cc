// Ville's bound and the speed of detection, by simulation with fixed seeds. Bounds leave room for
// chance: a correct comparator stays far below them, a broken one does not.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
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

// Five minutes of twenty times the errors, in both arms.
double Incident(long block) { return block >= 100 && block < 120 ? 20 : 1; }

// Rates that swing by a factor of nine within the hour.
double Swing(long block) { return std::exp(1.1 * std::sin(static_cast<double>(block) / 38)); }

INSTANTIATE_TEST_SUITE_P(
    Traffic, EqualCanaryTest,
    ::testing::Values(Case{"OneInTen", At(10, 90, 0.005)}, Case{"Even", At(10, 10, 0.005)},
                      Case{"AlmostIdle", At(0.1, 0.9, 0.01)}, Case{"LowTraffic", At(1, 9, 0.005)},
                      Case{"BurstsOfThree", InBursts(3)}, Case{"BurstsOfTen", InBursts(10)},
                      Case{"IncidentInBoth", Under(Incident)},
                      Case{"RatesThatSwing", Under(Swing)}),
    [](const auto& param) { return param.param.name; });

double MedianMinutes(double factor) {
  std::vector<double> minutes;
  for (unsigned i = 0; i < 201; ++i) {
    Traffic traffic;
    traffic.canary_factor = factor;
    SimulatedRollout rollout(traffic, 90'000U + i);
    const auto block = rollout.RolledBackAt(rollout.MeasureHistory());
    minutes.push_back(block ? static_cast<double>(*block) * kBlockSeconds / 60 : 1e9);
  }
  std::nth_element(minutes.begin(), minutes.begin() + 100, minutes.end());
  return minutes[100];
}

TEST(DetectionTest, TakesMinutes) {
  EXPECT_NEAR(MedianMinutes(2), 9.5, 1.5);
  EXPECT_NEAR(MedianMinutes(3), 3.25, 0.75);
  EXPECT_NEAR(MedianMinutes(5), 1.75, 0.5);
}

TEST(DetectionTest, AFaultThatBeginsLateIsStillFoundSoon) {
  std::vector<double> minutes;
  for (unsigned i = 0; i < 201; ++i) {
    Traffic traffic;
    traffic.canary_factor = 5;
    traffic.worse_from_block = 120;
    SimulatedRollout rollout(traffic, 50'000U + i);
    const auto block = rollout.RolledBackAt(rollout.MeasureHistory());
    minutes.push_back(block ? static_cast<double>(*block - 120) * kBlockSeconds / 60 : 1e9);
  }
  std::nth_element(minutes.begin(), minutes.begin() + 100, minutes.end());
  EXPECT_NEAR(minutes[100], 3.25, 0.75);
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
