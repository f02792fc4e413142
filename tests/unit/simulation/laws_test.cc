// Each law by what it says of itself.
#include "simulation/laws.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <vector>

#include "simulation/scraping.h"
#include "simulation/stream.h"
#include "unit/simulation/moments.h"
#include "unit/simulation/scenarios.h"

namespace slogate::simulation {
namespace {

using namespace std::chrono_literals;

// Sums of bad events of one objective over blocks [from, to).
PerTrack BadOf(Stream& stream, int weight, int blocks) {
  PerTrack bad{};
  for (int block = 0; block < blocks; ++block) {
    const core::PairedCounts counts = stream.Next(weight).seen.objectives.front().counts;
    bad[0] += counts.canary.bad;
    bad[1] += counts.baseline.bad;
  }
  return bad;
}

double RatioOf(Stream& stream, int weight, int blocks) {
  const PerTrack bad = BadOf(stream, weight, blocks);
  return bad[0] / bad[1] * (100 - weight) / weight;
}

std::vector<double> FactorsOf(const Noise& noise, core::Duration slice, int slices) {
  const Traffic traffic;
  Random random(1, 2, 3);
  const Rates rates(traffic, random);
  NoiseModel model(noise, rates, slice);
  std::vector<double> logs;
  for (int i = 0; i < slices; ++i) {
    model.Next(random, i % 4 == 0);
    logs.push_back(std::log(model.Tracks()[0]));
  }
  return logs;
}

TEST(SlowNoiseTest, HasItsSpreadAndForgetsWithinItsTime) {
  const Noise noise{.sd = 0.5, .time_constant = 20min};
  const std::vector<double> logs = FactorsOf(noise, 1min, 200'000);
  const Moments moments(logs);
  EXPECT_NEAR(moments.variance, 0.25, 0.015);
  double sum = 0;
  for (std::size_t i = 20; i < logs.size(); ++i) {
    sum += (logs[i] - moments.mean) * (logs[i - 20] - moments.mean);
  }
  EXPECT_NEAR(sum / static_cast<double>(logs.size() - 20) / moments.variance, std::exp(-1), 0.05);
}

TEST(QuickNoiseTest, ChangesWithTheBlockOnly) {
  const std::vector<double> logs = FactorsOf({.sd = 0.5}, 1min, 40);
  for (std::size_t i = 0; i < logs.size(); ++i) {
    EXPECT_EQ(logs[i] == logs[i - i % 4], true) << i;
  }
  EXPECT_NE(logs[0], logs[4]);
}

TEST(BrokenClientTest, AreSoManyOnAverageAndStayOnTheirTrack) {
  BrokenClientModel model({.count = 2, .length = 30min, .per_minute = 6}, 1min);
  Random random(1, 2, 3);
  std::vector<double> canary;
  std::vector<double> hours;
  double before = 0;
  double product = 0;
  for (int hour = 0; hour < 2000; ++hour) {
    PerTrack sum{};
    for (int minute = 0; minute < 60; ++minute) {
      const PerTrack bad = model.Next(random, {0.25, 0.75});
      for (std::size_t track = 0; track < 2; ++track) sum[track] += bad[track];
      if (minute == 30) before = bad[0];
      if (minute == 31) product += before * bad[0];
    }
    canary.push_back(sum[0]);
    hours.push_back(sum[0] + sum[1]);
  }
  Moments(hours).ExpectMean(2 * 6 * 60);
  Moments(canary).ExpectMean(0.25 * 2 * 6 * 60);
  // A minute after another: half a client on average, Poisson, each with 6 a minute.
  EXPECT_NEAR(product / 2000, 36 * (0.5 + 0.25), 4);
}

TEST(BrokenClientTest, AreThereFromTheFirstSliceOn) {
  std::vector<double> first;
  for (std::uint64_t run = 0; run < 2000; ++run) {
    BrokenClientModel model({.count = 2, .length = 30min, .per_minute = 6}, 1min);
    Random random(1, run, 3);
    const PerTrack bad = model.Next(random, {0.5, 0.5});
    first.push_back(bad[0] + bad[1]);
  }
  // And those that begin in it: 2 / 30.
  Moments(first).ExpectMean(12 * (1 + 1.0 / 30));
}

TEST(WarmUpTest, IsTheCanarysAfterItsFirstWeightOrEveryStep) {
  Scenario scenario = Steady();
  scenario.rps = 1e5;
  scenario.traffic.warm_up = WarmUp{.factor = 5, .length = 2min, .every_step = false};
  for (const bool every_step : {false, true}) {
    scenario.traffic.warm_up->every_step = every_step;
    Stream stream(scenario, 1);
    EXPECT_NEAR(RatioOf(stream, 10, 8), 5, 0.2);
    EXPECT_NEAR(RatioOf(stream, 10, 8), 1, 0.1);
    EXPECT_NEAR(RatioOf(stream, 25, 8), every_step ? 5 : 1, 0.2);
    EXPECT_NEAR(RatioOf(stream, 25, 8), 1, 0.1);
  }
  EXPECT_FALSE(HasFault(scenario));
}

TEST(DrainingTest, IsTheBaselinesAfterEveryStep) {
  Scenario scenario = Steady();
  scenario.rps = 1e5;
  scenario.traffic.draining = Draining{.factor = 4, .length = 1min};
  Stream stream(scenario, 1);
  EXPECT_NEAR(RatioOf(stream, 10, 4), 0.25, 0.05);
  EXPECT_NEAR(RatioOf(stream, 10, 4), 1, 0.1);
  EXPECT_NEAR(RatioOf(stream, 25, 4), 0.25, 0.05);
}

TEST(FaultTest, EndsAtItsTime) {
  Scenario scenario = WithFault(5);
  scenario.fault->from = 1min;
  scenario.fault->until = 2min;
  Stream stream(scenario, 1);
  for (int block = 0; block < 12; ++block) {
    EXPECT_EQ(stream.Next(10).fault, block >= 4 && block < 8) << block;
  }
}

Scenario WithPhases(core::Duration most) {
  Scenario scenario = Steady();
  scenario.block_length = 60s;
  scenario.rps = 1e5;
  scenario.traffic.scraping.phase = most;
  scenario.traffic.incident = Incident{.at = 10min, .length = 10min, .factor = 20};
  return scenario;
}

TEST(PhaseTest, AnIncidentReachesTheTracksApart) {
  const Scenario scenario = WithPhases(15s);
  int apart = 0;
  for (std::uint64_t run = 0; run < 40; ++run) {
    Stream stream(scenario, run);
    for (int block = 0; block < 10; ++block) stream.Next(10);
    const core::PairedCounts first = stream.Next(10).seen.objectives.front().counts;
    const double canary = first.canary.bad / first.canary.total;
    const double baseline = first.baseline.bad / first.baseline.total;
    if (std::abs(canary / baseline - 1) > 0.05) ++apart;
    // A sample is 15 s old at most, of a block's 60.
    EXPECT_GT(canary / baseline, 0.7);
    EXPECT_LT(canary / baseline, 1.4);
    const core::PairedCounts next = stream.Next(10).seen.objectives.front().counts;
    EXPECT_NEAR(next.canary.bad / next.canary.total, 0.1, 0.003);
  }
  // Ages of 0, 5, 10 and 15 s are the same in a quarter of the runs.
  EXPECT_NEAR(apart, 30, 8);
}

TEST(PhaseTest, AlignedScrapesSeeEverythingInItsBlock) {
  const Scenario scenario = WithPhases(0s);
  Stream stream(scenario, 1);
  EXPECT_NEAR(RatioOf(stream, 10, 10), 1, 0.05);
  EXPECT_NEAR(RatioOf(stream, 10, 1), 1, 0.05);
}

TEST(PhaseTest, ScrapesAddUpToTheirBlock) {
  Scenario scenario = WithPhases(15s);
  scenario.objectives.front().cohorts = CohortMix{.count = 3, .exponent = 1, .min_events = 200};
  scenario.rps = 100;
  Stream stream(scenario, 3);
  for (int block = 0; block < 5; ++block) {
    const StreamBlock& made = stream.Next(10);
    ASSERT_EQ(made.scrapes.size(), 4U);
    core::PairedCounts sum;
    double of_first_cohort = 0;
    for (const core::Block& scrape : made.scrapes) {
      const core::ObjectiveBlock& objective = scrape.objectives.front();
      EXPECT_GT(objective.counts.baseline.total, 1000);
      sum.canary.total += objective.counts.canary.total;
      sum.baseline.bad += objective.counts.baseline.bad;
      of_first_cohort += objective.cohorts[0].canary.total;
    }
    const core::ObjectiveBlock& seen = made.seen.objectives.front();
    EXPECT_EQ(sum.canary.total, seen.counts.canary.total);
    EXPECT_EQ(sum.baseline.bad, seen.counts.baseline.bad);
    EXPECT_EQ(of_first_cohort, seen.cohorts[0].canary.total);
  }
}

Scenario Judged() {
  Scenario scenario = Steady();
  scenario.block_length = 60s;
  scenario.objectives.front().scores = Scores{};
  scenario.objectives.front().scores->batches = JudgeBatches{.every = 5min, .apart = 150s, .sd = 0};
  return scenario;
}

TEST(JudgeTest, GradesTheTracksAtDifferentMinutes) {
  const Scenario scenario = Judged();
  Stream stream(scenario, 1);
  PerTrack graded{};
  for (int block = 0; block < 50; ++block) {
    const core::PairedCounts counts = stream.Next(10).seen.objectives.front().counts;
    EXPECT_EQ(counts.canary.total > 0, block % 5 == 2) << block;
    EXPECT_EQ(counts.baseline.total > 0, block % 5 == 4) << block;
    graded[0] += counts.canary.total;
    graded[1] += counts.baseline.total;
  }
  EXPECT_NEAR(graded[0], 48 * 600, 1000);
  EXPECT_NEAR(graded[1], 50 * 5400, 3000);
}

TEST(JudgeTest, ABatchHasAnEffectOfItsOwn) {
  Scenario scenario = Judged();
  scenario.rps = 1e4;
  scenario.objectives.front().scores->batches->sd = 0.03;
  Stream stream(scenario, 1);
  std::vector<double> means;
  for (int block = 0; block < 3000; ++block) {
    const core::Counts counts = stream.Next(10).seen.objectives.front().counts.baseline;
    if (counts.total > 0) means.push_back(counts.bad / counts.total);
  }
  Moments(means).ExpectMean(0.15);
  EXPECT_NEAR(std::sqrt(Moments(means).variance), 0.03, 0.003);
}

}  // namespace
}  // namespace slogate::simulation
