// What the rivals are known to do, at a check a minute over 60 minutes, .5 % errors.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "simulation/rivals/rivals.h"
#include "simulation/runner.h"

namespace slogate::simulation {
namespace {

struct Published {
  std::string name;
  std::string rule;
  double rps = 100;
  double incident = 1;  // factor, in both tracks
  double burst = 1;     // mean size
  double percent_rolled_back = 0;
};

class PublishedRatesTest : public ::testing::TestWithParam<Published> {};

TEST_P(PublishedRatesTest, AreReproduced) {
  const Published& published = GetParam();
  Scenario scenario;
  scenario.block_length = std::chrono::seconds(15);
  scenario.seed = 20;
  scenario.rps = published.rps;
  scenario.history = core::Duration{0};
  scenario.steps = {SteadyStep(10, scenario.duration)};
  scenario.traffic.bursts.mean = published.burst;
  if (published.incident > 1) {
    scenario.traffic.incident =
        Incident{std::chrono::minutes(20), std::chrono::minutes(10), published.incident};
  }
  RunSettings settings;
  settings.runs = 500;
  std::vector<RuleKind> rules = Rivals();
  std::erase_if(rules, [&](const RuleKind& rule) { return rule.name != published.rule; });
  ASSERT_EQ(rules.size(), 1u);
  const RunTotals totals = simulation::Run(scenario, rules, settings).front();
  EXPECT_LE(100 * totals.rolled_back.low, published.percent_rolled_back);
  EXPECT_GE(100 * totals.rolled_back.high, published.percent_rolled_back);
}

INSTANTIATE_TEST_SUITE_P(
    Yardstick, PublishedRatesTest,
    ::testing::Values(
        Published{.name = "Strikes", .rule = "strikes", .percent_rolled_back = 24.9},
        Published{.name = "Threshold", .rule = "threshold", .percent_rolled_back = 96.9},
        Published{.name = "ZTest", .rule = "z-test", .percent_rolled_back = 10.0},
        Published{.name = "MannWhitney", .rule = "mann-whitney", .percent_rolled_back = 1.2},
        Published{.name = "StrikesLowTraffic",
                  .rule = "strikes",
                  .rps = 10,
                  .percent_rolled_back = 99.95},
        Published{
            .name = "ZTestLowTraffic", .rule = "z-test", .rps = 10, .percent_rolled_back = 13.6},
        Published{.name = "MannWhitneyLowTraffic",
                  .rule = "mann-whitney",
                  .rps = 10,
                  .percent_rolled_back = .14},
        Published{.name = "StrikesIncident",
                  .rule = "strikes",
                  .incident = 4,
                  .percent_rolled_back = 100},
        Published{
            .name = "ZTestIncident", .rule = "z-test", .incident = 4, .percent_rolled_back = 10.3},
        Published{
            .name = "StrikesBursts", .rule = "strikes", .burst = 3, .percent_rolled_back = 98.8},
        Published{.name = "ZTestBursts", .rule = "z-test", .burst = 3, .percent_rolled_back = 54},
        Published{.name = "MannWhitneyBursts",
                  .rule = "mann-whitney",
                  .burst = 3,
                  .percent_rolled_back = .2}),
    [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace slogate::simulation
