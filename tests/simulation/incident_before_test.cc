// The next release after an outage is the fix: an incident in the history must neither blind the
// gate nor make it fire. docs/decisions/0009 has the figures of many runs; SLOGATE_YARDSTICK_RUNS
// sets how many are played here.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <ostream>
#include <string>
#include <thread>
#include <utility>

#include "simulation/played.h"
#include "simulation/runner.h"
#include "simulation/scenario.h"

namespace slogate::simulation {
namespace {

using namespace std::chrono_literals;

constexpr double kRate = 0.005;

struct Before {
  std::string name;
  int bad_percent = 0;  // of both tracks while it lasts; 0: no incident
  core::Duration length{0};
  bool pods = false;  // told apart, 2 of 20 the canary's
};

void PrintTo(const Before& before, std::ostream* out) { *out << before.name; }

std::vector<Before> Incidents() {
  std::vector<Before> all;
  for (const bool pods : {false, true}) {
    for (const int percent : {5, 50}) {
      for (const int minutes : {1, 10, 60}) {
        all.push_back({std::to_string(percent) + "PercentFor" + std::to_string(minutes) + "m" +
                           (pods ? "WithPods" : ""),
                       percent, std::chrono::minutes(minutes), pods});
      }
    }
  }
  return all;
}

Scenario ScenarioOf(const Before& before, double fault) {
  Scenario scenario;
  scenario.name = before.name;
  scenario.block_length = 15s;
  scenario.steps = {SteadyStep(10, scenario.duration)};
  scenario.objectives.front().error_rate = kRate;
  if (before.pods) scenario.traffic.pods = {.count = 20, .canary = 2, .sd = 0};
  if (before.bad_percent > 0) {
    // Over half an hour before the rollout.
    scenario.traffic.incident = Incident{.at = -30min - before.length,
                                         .length = before.length,
                                         .factor = before.bad_percent / (100 * kRate)};
  }
  if (fault > 1) scenario.fault.emplace().factor = fault;
  return scenario;
}

RunTotals PlayMany(const Scenario& scenario) {
  const int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return Run(scenario, {GateRule()}, {.runs = Runs(), .jobs = jobs}).front();
}

const RunTotals& Play(const Before& before, double fault) {
  static std::map<std::pair<std::string, double>, RunTotals> played;
  const auto key = std::pair(before.name, fault);
  const auto found = played.find(key);
  if (found != played.end()) return found->second;
  RunTotals totals = PlayMany(ScenarioOf(before, fault));
  return played.emplace(key, std::move(totals)).first->second;
}

const RunTotals& PlayWithout(bool pods, double fault) {
  return Play({pods ? "NoneWithPods" : "None", 0, 0min, pods}, fault);
}

class IncidentBeforeTest : public testing::TestWithParam<Before> {};

TEST_P(IncidentBeforeTest, AGoodCanaryIsSeldomRolledBack) {
  const Proportion& rolled_back = Play(GetParam(), 1).rolled_back;
  EXPECT_LE(AreMany(rolled_back.of) ? rolled_back.high : rolled_back.low, 0.01)
      << rolled_back.hits << " of " << rolled_back.of;
  RecordProperty("rolled_back", static_cast<int>(rolled_back.hits));
}

// Three times the errors, and 5 % bad requests against .5 %.
TEST_P(IncidentBeforeTest, ABadOneIsCaughtInAtMostTwiceTheTime) {
  for (const double fault : {3.0, 10.0}) {
    const auto usual = CaughtBy(PlayWithout(GetParam().pods, fault), 0.5);
    const auto after = CaughtBy(Play(GetParam(), fault), 0.5);
    ASSERT_TRUE(usual.has_value());
    ASSERT_TRUE(after.has_value()) << "x" << fault;
    EXPECT_LE(after->count(), 2 * usual->count()) << "x" << fault;
    RecordProperty("seconds_x" + std::to_string(static_cast<int>(fault)),
                   static_cast<int>(after->count() / 1000));
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, IncidentBeforeTest, testing::ValuesIn(Incidents()),
                         [](const auto& before) { return before.param.name; });

// Bursts are measured as before: an incident beside them is no pretext to take them for less.
TEST(IncidentBesideBurstsTest, AGoodCanaryIsSeldomRolledBack) {
  Scenario scenario = ScenarioOf({"Bursts", 50, 10min, false}, 1);
  scenario.traffic.bursts.mean = 10;
  const RunTotals totals = PlayMany(scenario);
  EXPECT_LE(AreMany(totals.runs) ? totals.rolled_back.high : totals.rolled_back.low, 0.01)
      << totals.rolled_back.hits << " of " << totals.runs;
}

}  // namespace
}  // namespace slogate::simulation
