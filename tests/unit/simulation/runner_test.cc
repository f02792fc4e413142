#include "simulation/runner.h"

#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <vector>

#include "simulation/trial.h"
#include "unit/simulation/scenarios.h"

namespace slogate::simulation {
namespace {

TEST(RunnerTest, JobsDoNotChangeTheResult) {
  const Scenario scenario = WithFault(2);
  const RunTotals alone = simulation::Run(scenario, {GateRule()}, {.runs = 24, .jobs = 1}).front();
  const RunTotals together =
      simulation::Run(scenario, {GateRule()}, {.runs = 24, .jobs = 3}).front();
  EXPECT_EQ(alone.detections, together.detections);
  EXPECT_EQ(alone.bad_served.value, together.bad_served.value);
  EXPECT_EQ(alone.runs, 24);
}

TEST(RunnerTest, SeedsDiffer) {
  Scenario scenario = WithFault(2);
  const RunTotals first = simulation::Run(scenario, {GateRule()}, {.runs = 8}).front();
  scenario.seed = 2;
  const RunTotals second = simulation::Run(scenario, {GateRule()}, {.runs = 8}).front();
  EXPECT_NE(first.detections, second.detections);
}

TEST(RunnerTest, RulesSeeTheSameStreams) {
  const std::vector<RunTotals> totals =
      simulation::Run(WithFault(3), {GateRule(), GateRule()}, {.runs = 8, .jobs = 2});
  ASSERT_EQ(totals.size(), 2U);
  EXPECT_EQ(totals[0].detections, totals[1].detections);
  EXPECT_EQ(totals[0].bad_served.value, totals[1].bad_served.value);
}

TEST(RunnerTest, TellsProgressUpToTheEnd) {
  std::vector<std::int64_t> reported;
  simulation::Run(
      WithFault(5), {GateRule()},
      {.runs = 5, .jobs = 2, .progress = [&](std::int64_t done) { reported.push_back(done); }});
  EXPECT_EQ(reported, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
}

TEST(RunnerTest, AnExceptionOfAnyThreadIsTheCallers) {
  const RuleKind throwing{
      "throwing", [](const Scenario&) -> std::unique_ptr<ReleaseRule> { throw std::bad_alloc(); }};
  EXPECT_THROW(simulation::Run(WithFault(5), {throwing}, {.runs = 8, .jobs = 3}), std::bad_alloc);
}

TEST(RunnerTest, StoppedItCountsWhatWasFinished) {
  std::int64_t finished = 0;
  const RunTotals totals = simulation::Run(WithFault(5), {GateRule()},
                                           {.runs = 1000,
                                            .jobs = 1,
                                            .progress = [&](std::int64_t done) { finished = done; },
                                            .stopped = [&] { return finished >= 10; }})
                               .front();
  EXPECT_EQ(totals.runs, finished);
  EXPECT_LT(totals.runs, 20);
}

}  // namespace
}  // namespace slogate::simulation
