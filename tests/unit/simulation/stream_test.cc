#include "simulation/stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "unit/simulation/moments.h"
#include "unit/simulation/scenarios.h"

namespace slogate::simulation {
namespace {

using namespace std::chrono_literals;

struct Law {
  std::string name;
  std::function<void(Scenario&)> set;
  double factor = 1;  // on the bad events of an hour, in either track
};

void PrintTo(const Law& law, std::ostream* out) { *out << law.name; }

class LawTest : public testing::TestWithParam<Law> {};

// Whatever the law, the mean rate of both tracks is what the scenario says.
TEST_P(LawTest, KeepsTheMeanRate) {
  Scenario scenario = Steady();
  GetParam().set(scenario);
  std::vector<double> canary;
  std::vector<double> baseline;
  std::vector<double> requests;
  for (std::uint64_t run = 0; run < 300; ++run) {
    Stream stream(scenario, run);
    core::PairedCounts sum;
    for (std::int64_t block = 0; block < BlocksIn(scenario); ++block) {
      const core::PairedCounts& counts = stream.Next(10).seen.objectives.front().counts;
      sum.canary.bad += counts.canary.bad;
      sum.baseline.bad += counts.baseline.bad;
      sum.canary.total += counts.canary.total;
    }
    canary.push_back(sum.canary.bad);
    baseline.push_back(sum.baseline.bad);
    requests.push_back(sum.canary.total);
  }
  Moments(canary).ExpectMean(36'000 * 0.005 * GetParam().factor);
  Moments(baseline).ExpectMean(324'000 * 0.005 * GetParam().factor);
  // Loops come beyond the usual requests; everything else is among them.
  const double more = scenario.traffic.loops ? 180 * 0.1 : 0;
  Moments(requests).ExpectMean(36'000 + more);
}

const std::vector<Law> kLaws = {
    {"Independent", [](Scenario&) {}, 1},
    {"Drift",
     [](Scenario& scenario) { scenario.traffic.drift = {.amplitude = 0.5, .period = 24h}; }, 1},
    {"Incident",
     [](Scenario& scenario) {
       scenario.traffic.incident = {.at = 20min, .length = 10min, .factor = 5};
     },
     1 + 4.0 / 6},
    {"Bursts", [](Scenario& scenario) { scenario.traffic.bursts = {.mean = 3, .spread = 0ms}; }, 1},
    {"NegativeBinomial", [](Scenario& scenario) { scenario.traffic.noise.phi = 3; }, 1},
    {"Noise", [](Scenario& scenario) { scenario.traffic.noise.sd = 0.5; }, 1},
    {"Loops",
     [](Scenario& scenario) {
       scenario.traffic.loops = {.size = 60, .every = 20min, .spread = 0ms};
     },
     1 + 180.0 / 1800},
    {"Pods",
     [](Scenario& scenario) { scenario.traffic.pods = {.count = 20, .canary = 2, .sd = 0.3}; }, 1},
    {"SlowNoise",
     [](Scenario& scenario) {
       scenario.traffic.noise.sd = 0.5;
       scenario.traffic.noise.time_constant = 1min;
     },
     1},
    {"SlowNoiseOfPods",
     [](Scenario& scenario) {
       scenario.traffic.pods = {.count = 3, .canary = 1, .sd = 0.1};
       scenario.traffic.noise.sd = 0.5;
       scenario.traffic.noise.time_constant = 1min;
       scenario.traffic.noise.per_pod = true;
     },
     1},
    {"SlowBursts",
     [](Scenario& scenario) { scenario.traffic.bursts = {.mean = 20, .spread = 30min}; }, 1},
    {"Phases", [](Scenario& scenario) { scenario.traffic.scraping.phase = 3750ms; }, 1},
    {"LostScrapes", [](Scenario& scenario) { scenario.traffic.scraping.lost_share = 0.05; }, 1}};

INSTANTIATE_TEST_SUITE_P(Laws, LawTest, testing::ValuesIn(kLaws),
                         [](const auto& law) { return law.param.name; });

// Bad events of the baseline, block by block.
std::vector<double> BadOfBaseline(const Scenario& scenario, std::int64_t blocks) {
  Stream stream(scenario, 1);
  std::vector<double> bad;
  for (std::int64_t block = 0; block < blocks; ++block) {
    bad.push_back(stream.Next(10).seen.objectives.front().counts.baseline.bad);
  }
  return bad;
}

TEST(StreamTest, SameRunSameBlocks) {
  Scenario scenario = Steady();
  scenario.traffic.bursts = {.mean = 3, .spread = 1min};
  EXPECT_EQ(BadOfBaseline(scenario, 50), BadOfBaseline(scenario, 50));
}

TEST(StreamTest, HistoryLeavesTheRolloutAsItIs) {
  const Scenario scenario = Steady();
  Stream reported(scenario, 5);
  Stream unreported(scenario, 5);
  const core::HistoryReading history = reported.History();
  EXPECT_EQ(history.objectives.front().blocks.size(), 960U);
  for (int block = 0; block < 20; ++block) {
    EXPECT_EQ(reported.Next(10).seen.objectives.front().counts,
              unreported.Next(10).seen.objectives.front().counts);
  }
}

TEST(StreamTest, AnIncidentBeforeTheRolloutIsInTheHistoryAlone) {
  Scenario scenario = Steady();
  scenario.traffic.incident = Incident{.at = -40min, .length = 10min, .factor = 100};
  Stream stream(scenario, 3);
  const core::HistoryReading history = stream.History();
  const std::vector<core::Counts>& blocks = history.objectives.front().blocks;
  ASSERT_EQ(blocks.size(), 960U);
  const auto rate = [&](std::size_t i) { return blocks[i].bad / blocks[i].total; };
  EXPECT_LT(rate(799), 0.1);
  EXPECT_GT(rate(800), 0.4);
  EXPECT_GT(rate(839), 0.4);
  EXPECT_LT(rate(840), 0.1);
  EXPECT_LT(stream.Next(10).seen.objectives.front().counts.baseline.bad, 40);
}

TEST(StreamTest, NegativeBinomialScattersByPhi) {
  Scenario scenario = Steady();
  scenario.traffic.noise.phi = 3;
  const Moments bad(BadOfBaseline(scenario, 40'000));
  EXPECT_NEAR(bad.variance / bad.mean, 3, 0.15);
}

TEST(StreamTest, BurstsSpreadByTheirSizes) {
  Scenario scenario = Steady();
  scenario.traffic.bursts = {.mean = 3, .spread = 0ms};
  const Moments bad(BadOfBaseline(scenario, 40'000));
  // A sum of geometric sizes: E[S^2] / E[S].
  EXPECT_NEAR(bad.variance / bad.mean, 5, 0.25);
}

TEST(StreamTest, SpreadBurstsReachIntoLaterBlocks) {
  Scenario scenario = Steady();
  scenario.traffic.bursts = {.mean = 10, .spread = 1min};
  const std::vector<double> bad = BadOfBaseline(scenario, 20'000);
  std::vector<double> pairs;
  for (std::size_t i = 0; i + 1 < bad.size(); i += 2) pairs.push_back(bad[i] + bad[i + 1]);
  EXPECT_GT(Moments(pairs).variance, 1.3 * 2 * Moments(bad).variance);
}

TEST(StreamTest, LoopsAreWholeAndInOneTrack) {
  Scenario scenario = Steady();
  scenario.objectives.front().error_rate = 1e-12;
  scenario.traffic.loops = {.size = 60, .every = 1min, .spread = 0ms};
  Stream stream(scenario, 1);
  int canary = 0;
  int baseline = 0;
  for (int block = 0; block < 4000; ++block) {
    const core::PairedCounts counts = stream.Next(25).seen.objectives.front().counts;
    EXPECT_EQ(std::fmod(counts.canary.bad, 60), 0);
    canary += static_cast<int>(counts.canary.bad / 60);
    baseline += static_cast<int>(counts.baseline.bad / 60);
  }
  // A thousand loops, a quarter of them the canary's.
  EXPECT_NEAR(canary + baseline, 1000, 160);
  EXPECT_NEAR(static_cast<double>(canary) / (canary + baseline), 0.25, 0.07);
}

TEST(StreamTest, CommonNoiseIsTheSameInBothTracks) {
  Scenario scenario = Steady();
  scenario.rps = 1e6;
  scenario.traffic.noise = {.phi = 1, .sd = 0.5, .common = true};
  Stream stream(scenario, 1);
  for (int block = 0; block < 50; ++block) {
    const core::PairedCounts counts = stream.Next(50).seen.objectives.front().counts;
    EXPECT_NEAR(counts.canary.bad / counts.baseline.bad, 1, 0.1);
  }
}

TEST(StreamTest, PodsTellTheirOwnHistory) {
  Scenario scenario = Steady();
  scenario.traffic.pods = {.count = 20, .canary = 2, .sd = 0.3};
  const core::HistoryReading history = Stream(scenario, 1).History();
  const core::ObjectiveHistory& objective = history.objectives.front();
  ASSERT_EQ(objective.pods.size(), 18U);
  core::Counts sum;
  for (const core::PodHistory& pod : objective.pods) {
    ASSERT_EQ(pod.blocks.size(), objective.blocks.size());
    sum.total += pod.blocks[7].total;
    sum.bad += pod.blocks[7].bad;
  }
  EXPECT_EQ(sum, objective.blocks[7]);
}

TEST(StreamTest, PodsOfOneRateTellTheirOwnHistoryToo) {
  Scenario scenario = Steady();
  scenario.traffic.pods = {.count = 20, .canary = 2, .sd = 0};
  EXPECT_EQ(Stream(scenario, 1).History().objectives.front().pods.size(), 18U);
  scenario.traffic.pods.labels = false;
  EXPECT_TRUE(Stream(scenario, 1).History().objectives.front().pods.empty());
}

TEST(StreamTest, FaultBeginsAtItsTimeAndWeight) {
  Scenario scenario = WithFault(5);
  scenario.fault->from = 1min;
  scenario.fault->from_weight_percent = 25;
  Stream stream(scenario, 1);
  EXPECT_FALSE(stream.Next(50).fault);
  for (int block = 1; block < 4; ++block) stream.Next(50);
  EXPECT_TRUE(stream.Next(50).fault);
  EXPECT_FALSE(stream.Next(10).fault);
  EXPECT_TRUE(stream.Next(25).fault);
}

TEST(StreamTest, FaultIsInTheCanaryOnly) {
  const Scenario scenario = WithFault(4);
  Stream stream(scenario, 1);
  core::PairedCounts sum;
  for (int block = 0; block < 2000; ++block) {
    const core::PairedCounts counts = stream.Next(50).seen.objectives.front().counts;
    sum.canary.bad += counts.canary.bad;
    sum.baseline.bad += counts.baseline.bad;
  }
  EXPECT_NEAR(sum.canary.bad, 2000 * 750 * 0.02, 5 * std::sqrt(30'000));
  EXPECT_NEAR(sum.baseline.bad, 2000 * 750 * 0.005, 5 * std::sqrt(7500));
}

Scenario WithCohorts() {
  Scenario scenario = WithFault(10);
  scenario.objectives.front().cohorts = CohortMix{.count = 10, .exponent = 1, .min_events = 200};
  scenario.fault->cohort_share = 0.1;
  return scenario;
}

TEST(StreamTest, CohortsAddUpAndOneHasTheFault) {
  const Scenario scenario = WithCohorts();
  Stream stream(scenario, 1);
  std::vector<core::PairedCounts> sums(10);
  for (int block = 0; block < 2000; ++block) {
    const core::ObjectiveBlock& seen = stream.Next(50).seen.objectives.front();
    double total = 0;
    for (std::size_t i = 0; i < 10; ++i) {
      total += seen.cohorts[i].canary.total;
      sums[i].canary.bad += seen.cohorts[i].canary.bad;
      sums[i].canary.total += seen.cohorts[i].canary.total;
    }
    ASSERT_EQ(total, seen.counts.canary.total);
  }
  // Shares of 1/i: the third has 11.4 %, the fourth 8.5 %.
  for (std::size_t i = 0; i < 10; ++i) {
    const double rate = i == 2 ? 0.05 : 0.005;
    EXPECT_NEAR(sums[i].canary.bad / sums[i].canary.total, rate,
                5 * std::sqrt(rate / sums[i].canary.total))
        << i;
    if (i > 0) {
      EXPECT_LT(sums[i].canary.total, sums[i - 1].canary.total);
    }
  }
}

TEST(StreamTest, HistoryNamesCohortsBySize) {
  const Scenario scenario = WithCohorts();
  const auto cohorts = Stream(scenario, 1).History().objectives.front().cohorts;
  ASSERT_EQ(cohorts.size(), 10U);
  EXPECT_EQ(cohorts.front().value, "c1");
  EXPECT_GT(cohorts.front().events, cohorts.back().events);
}

TEST(StreamTest, AttributionIsTheFaultyCohorts) {
  const Scenario scenario = WithCohorts();
  EXPECT_EQ(FailuresOf(scenario, "errors{cohort=c3}"), PlantedFault::kFaulty);
  EXPECT_EQ(FailuresOf(scenario, "errors{cohort=c4}"), PlantedFault::kInnocent);
  EXPECT_EQ(FailuresOf(scenario, "errors"), PlantedFault::kTouched);
  EXPECT_EQ(FailuresOf(scenario, "latency"), PlantedFault::kInnocent);
  EXPECT_EQ(FailuresOf(WithFault(2), "errors"), PlantedFault::kFaulty);
  EXPECT_EQ(FailuresOf(Steady(), "errors"), PlantedFault::kInnocent);
}

TEST(StreamTest, ScoresHaveTheirMeanAndSpread) {
  Scenario scenario = Steady();
  scenario.objectives.front().scores =
      Scores{.mean = 0.85, .sd = 0.2, .squares = true, .batches = std::nullopt};
  scenario.fault.emplace().drop = 0.05;
  Stream stream(scenario, 1);
  core::PairedCounts sum;
  for (int block = 0; block < 1000; ++block) {
    const core::PairedCounts counts = stream.Next(50).seen.objectives.front().counts;
    for (auto track : {&core::PairedCounts::canary, &core::PairedCounts::baseline}) {
      (sum.*track).total += (counts.*track).total;
      (sum.*track).bad += (counts.*track).bad;
      (sum.*track).squares += (counts.*track).squares;
    }
  }
  const auto expect = [](const core::Counts& counts, double badness) {
    const double mean = counts.bad / counts.total;
    EXPECT_NEAR(mean, badness, 5 * 0.2 / std::sqrt(counts.total));
    EXPECT_NEAR(counts.squares / counts.total - mean * mean, 0.04, 0.0005);
  };
  expect(sum.baseline, 0.15);
  expect(sum.canary, 0.20);
}

TEST(StreamTest, BlocksWhoseScrapesHavePhasesAreCountedByScrape) {
  Scenario scenario;
  scenario.steps = {SteadyStep(10, scenario.duration)};
  scenario.block_length = 60s;
  scenario.history = 10min;
  scenario.traffic.scraping.phase = 15s;
  Stream stream(scenario, 1);
  const core::ObjectiveBlock& block = stream.Next(10).seen.objectives.front();
  ASSERT_EQ(block.scrapes.size(), 4U);
  core::PairedCounts sum;
  for (const core::PairedCounts& scrape : block.scrapes) {
    sum.canary.total += scrape.canary.total;
    sum.canary.bad += scrape.canary.bad;
    sum.baseline.total += scrape.baseline.total;
    sum.baseline.bad += scrape.baseline.bad;
  }
  EXPECT_EQ(sum, block.counts);
  const core::ObjectiveHistory before = stream.History().objectives.front();
  EXPECT_EQ(before.blocks.size(), 10U);
  EXPECT_EQ(before.scrapes.size(), 40U);
}

}  // namespace
}  // namespace slogate::simulation
