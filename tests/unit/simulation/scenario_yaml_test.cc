#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "places.h"
#include "simulation/scenario.h"
#include "spec/text/yaml_text.h"

namespace slogate::simulation {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::string Mistakes(const ParsedScenario& parsed) {
  std::string text;
  for (const spec::Mistake& mistake : parsed.mistakes) text += ToString(mistake) + "\n";
  return text;
}

TEST(ScenarioYamlTest, AWeightIsEnough) {
  const ParsedScenario parsed = ParseScenario("weight: 10\n", "small.yaml");
  ASSERT_TRUE(parsed.scenario) << Mistakes(parsed);
  const Scenario& scenario = *parsed.scenario;
  EXPECT_EQ(scenario.name, "small.yaml");
  EXPECT_EQ(scenario.block_length, 60s);
  EXPECT_EQ(BlocksIn(scenario), 60);
  EXPECT_EQ(HistoryBlocksIn(scenario), 240);
  ASSERT_EQ(scenario.steps.size(), 1U);
  EXPECT_EQ(scenario.steps.front().weight_percent, 10);
  ASSERT_EQ(scenario.objectives.size(), 1U);
  EXPECT_DOUBLE_EQ(scenario.objectives.front().error_rate, 0.005);
  EXPECT_FALSE(HasFault(scenario));
  EXPECT_EQ(scenario.warm_up, std::nullopt);
}

constexpr char kEverything[] = R"(name: everything
description: every field
seed: 7
rps: 40
blockLength: 30s
duration: 20m
history: 1h
alpha: 0.02
promotionAlpha: 0.1
steps:
  - {weight: 5, minDuration: 5m, minEvents: 10}
  - {weight: 50, minDuration: 5m, require: ProvenNotWorse}
warmUp: 90s
objectives:
  - {name: errors, errorPercent: 0.2, target: 99.5, overdispersion: 2, limit: 3, margins: {tolerance: 1.1, minEffect: 0.1, promotionMargin: 2, budgetShare: 0.5}}
  - {name: scores, target: 70, scores: {mean: 0.8, sd: 0.25, squares: true, batches: {every: 10m, apart: 2m, sd: 0.02}}}
  - {name: cohorts, cohorts: {count: 9, exponent: 1.5, minEvents: 50}}
traffic:
  drift: {amplitude: 0.5, period: 12h}
  incident: {at: 5m, length: 2m, factor: 4}
  bursts: {mean: 3, spread: 1m}
  loops: {size: 60, every: 20m, spread: 30s}
  brokenClients: {count: 2, length: 20m, perMinute: 3}
  noise: {sd: 0.2, common: true, timeConstant: 20m}
  warmUp: {factor: 5, length: 2m, everyStep: true}
  draining: {factor: 3, length: 1m}
  scraping: {lostShare: 0.05, resetEvery: 10m}
fault: {factor: 3, drop: 0.1, cohortShare: 0.1, from: 5m, until: 15m, fromWeight: 50, objectives: [errors]}
expect: {falseRollbackPercent: 1, falsePromotionPercent: 5, caughtPercent: 90, medianWithin: 8m30s, p99Within: 20m}
)";

TEST(ScenarioYamlTest, ReadsEveryField) {
  const ParsedScenario parsed = ParseScenario(kEverything, "file.yaml");
  ASSERT_TRUE(parsed.scenario) << Mistakes(parsed);
  const Scenario& scenario = *parsed.scenario;
  EXPECT_EQ(scenario.name, "everything");
  EXPECT_EQ(scenario.seed, 7U);
  EXPECT_EQ(scenario.rps, 40);
  EXPECT_EQ(BlocksIn(scenario), 40);
  EXPECT_EQ(HistoryBlocksIn(scenario), 120);
  EXPECT_EQ(scenario.alpha, 0.02);
  EXPECT_EQ(scenario.promotion_alpha, 0.1);
  ASSERT_EQ(scenario.steps.size(), 2U);
  EXPECT_EQ(scenario.steps[1].require, core::Require::kProvenNotWorse);
  ASSERT_EQ(scenario.objectives.size(), 3U);
  EXPECT_DOUBLE_EQ(scenario.objectives[0].error_rate, 0.002);
  EXPECT_DOUBLE_EQ(scenario.objectives[0].target, 0.995);
  EXPECT_EQ(scenario.objectives[0].phi, 2);
  EXPECT_EQ(scenario.objectives[0].margins, (core::Margins{1.1, 0.1, 2, 0.5}));
  EXPECT_EQ(scenario.objectives[0].limit, 3);
  EXPECT_EQ(scenario.warm_up, 90s);
  EXPECT_EQ(PolicyOf(scenario).warm_up, 90s);
  ASSERT_TRUE(scenario.objectives[1].scores);
  ASSERT_TRUE(scenario.objectives[1].scores->batches);
  EXPECT_EQ(scenario.objectives[1].scores->batches->every, 10min);
  EXPECT_EQ(scenario.objectives[1].scores->batches->apart, 2min);
  EXPECT_EQ(scenario.objectives[1].scores->batches->sd, 0.02);
  EXPECT_EQ(scenario.objectives[1].scores->sd, 0.25);
  EXPECT_TRUE(scenario.objectives[1].scores->squares);
  ASSERT_TRUE(scenario.objectives[2].cohorts);
  EXPECT_EQ(scenario.objectives[2].cohorts->count, 9);
  EXPECT_EQ(scenario.objectives[2].cohorts->min_events, 50);
  EXPECT_EQ(scenario.traffic.drift.period, 12h);
  EXPECT_EQ(scenario.traffic.incident->factor, 4);
  EXPECT_EQ(scenario.traffic.bursts.spread, 1min);
  EXPECT_EQ(scenario.traffic.loops->spread, 30s);
  EXPECT_EQ(scenario.traffic.broken_clients->count, 2);
  EXPECT_EQ(scenario.traffic.broken_clients->length, 20min);
  EXPECT_EQ(scenario.traffic.broken_clients->per_minute, 3);
  EXPECT_TRUE(scenario.traffic.noise.common);
  EXPECT_EQ(scenario.traffic.noise.time_constant, 20min);
  EXPECT_EQ(scenario.traffic.warm_up->factor, 5);
  EXPECT_EQ(scenario.traffic.warm_up->length, 2min);
  EXPECT_TRUE(scenario.traffic.warm_up->every_step);
  EXPECT_EQ(scenario.traffic.draining->factor, 3);
  EXPECT_EQ(scenario.traffic.draining->length, 1min);
  EXPECT_EQ(scenario.traffic.scraping.reset_every, 10min);
  EXPECT_EQ(scenario.fault->until, 15min);
  EXPECT_EQ(scenario.fault->from_weight_percent, 50);
  EXPECT_THAT(scenario.fault->objectives, ElementsAre("errors"));
  ASSERT_EQ(scenario.goals.size(), 5U);
  EXPECT_EQ(scenario.goals[1].figure, Figure::kFalsePromotion);
  EXPECT_EQ(scenario.goals[2].bound, 90);
  EXPECT_EQ(scenario.goals[3].figure, Figure::kMedian);
  EXPECT_EQ(scenario.goals[3].bound, 8.5);
}

TEST(ScenarioYamlTest, AnIncidentBeforeTheRolloutHasANegativeBegin) {
  const ParsedScenario parsed = ParseScenario(
      "name: outage\nweight: 10\ntraffic: {incident: {before: 40m, length: 10m, factor: 10}}\n",
      "file.yaml");
  ASSERT_TRUE(parsed.scenario) << Mistakes(parsed);
  EXPECT_EQ(parsed.scenario->traffic.incident->at, -40min);
  EXPECT_FALSE(ParseScenario("name: outage\nweight: 10\ntraffic: {incident: {before: 40m, at: 5m, "
                             "length: 10m, factor: 10}}\n",
                             "file.yaml")
                   .scenario);
}

TEST(ScenarioYamlTest, PhasesMakeBlocksOfThirdsOfAScrape) {
  const ParsedScenario parsed =
      ParseScenario("weight: 10\ntraffic: {scraping: {phase: 10s}}\n", "file.yaml");
  ASSERT_TRUE(parsed.scenario) << Mistakes(parsed);
  EXPECT_EQ(parsed.scenario->traffic.scraping.phase, 10s);
  EXPECT_EQ(SlicesInBlock(*parsed.scenario), 12);
  EXPECT_EQ(SliceLength(*parsed.scenario), 5s);
}

TEST(ScenarioYamlTest, PodsMayHaveNoLabelsAndNoiseOfTheirOwn) {
  const ParsedScenario parsed = ParseScenario(
      "weight: 10\ntraffic: {pods: {count: 3, canary: 1, labels: false}, noise: {sd: 0.5, perPod: "
      "true}}\n",
      "file.yaml");
  ASSERT_TRUE(parsed.scenario) << Mistakes(parsed);
  EXPECT_FALSE(parsed.scenario->traffic.pods.labels);
  EXPECT_TRUE(parsed.scenario->traffic.noise.per_pod);
}

struct Mistaken {
  std::string name;
  std::string text;
  std::string said;  // the first mistake
};

void PrintTo(const Mistaken& mistaken, std::ostream* out) { *out << mistaken.name; }

class ScenarioMistakeTest : public testing::TestWithParam<Mistaken> {};

TEST_P(ScenarioMistakeTest, NamesTheFieldAndTheFix) {
  const ParsedScenario parsed = ParseScenario(GetParam().text, "f.yaml");
  EXPECT_FALSE(parsed.scenario);
  ASSERT_FALSE(parsed.mistakes.empty());
  EXPECT_EQ(ToString(parsed.mistakes.front()), GetParam().said) << Mistakes(parsed);
}

const Mistaken kMistaken[] = {
    {"NoWeight", "rps: 5\n",
     "f.yaml:1:1: weight: is missing; give the canary's share of the requests in percent, such as "
     "10, or steps"},
    {"Typo", "weight: 10\nerorPercent: 1\n",
     "f.yaml:2:1: erorPercent: is not a field of scenario; did you mean errorPercent?"},
    {"NoSteps", "steps: []\nfault: {factor: 2}\n",
     "f.yaml:1:1: steps: is empty; give at least 1 item"},
    {"WeightAndSteps", "weight: 10\nsteps: [{weight: 5}]\n",
     "f.yaml:1:1: weight: and steps are two ways to say the same; give one of them"},
    {"RpsZero", "weight: 10\nrps: 0\n",
     "f.yaml:2:1: rps: 0 is out of range; use a number above 0 and at most 10000000"},
    {"NotADuration", "weight: 10\nduration: 60\n",
     "f.yaml:2:1: duration: 60 is not a duration; write whole numbers with units, such as 30s, "
     "5m, 1h30m or 30d"},
    {"NestedTypo", "weight: 10\ntraffic:\n  bursts: {mena: 3}\n",
     "f.yaml:3:3: traffic.bursts.mean: is missing; give the mean number of bad events in a burst, "
     "such as 3"},
    {"PhiAndSd", "weight: 10\ntraffic:\n  noise: {overdispersion: 2, sd: 0.5}\n",
     "f.yaml:3:11: traffic.noise.overdispersion: and sd are two ways to say the same; give one of "
     "them"},
    {"PodsWithBursts", "weight: 10\ntraffic:\n  pods: {count: 20}\n  bursts: {mean: 3}\n",
     "f.yaml:3:3: traffic.pods: cannot be combined with bursts, loops, brokenClients or noise by "
     "overdispersion; simulate them apart: their histories are known per pod"},
    {"PhaseAboveAScrape", "weight: 10\ntraffic: {scraping: {phase: 20s}}\n",
     "f.yaml:2:22: traffic.scraping.phase: is longer than a scrape interval; use at most a quarter "
     "of blockLength"},
    {"PhaseWithLosses", "weight: 10\ntraffic: {scraping: {phase: 5s, lostShare: 0.1}}\n",
     "f.yaml:2:22: traffic.scraping.phase: cannot be combined with lostShare or resetEvery; "
     "simulate them apart"},
    {"NoPodsForTheirNoise", "weight: 10\ntraffic: {noise: {sd: 0.5, perPod: true}}\n",
     "f.yaml:2:28: traffic.noise.perPod: needs pods; give traffic.pods, such as {count: 20, "
     "canary: "
     "2}"},
    {"SlowNoiseOfNoSpread", "weight: 10\ntraffic: {noise: {timeConstant: 5m}}\n",
     "f.yaml:2:19: traffic.noise.timeConstant: goes with sd; give sd, such as 0.5"},
    {"MedianOfNoFault", "weight: 10\nexpect: {medianWithin: 5m}\n",
     "f.yaml:2:10: expect.medianWithin: needs a fault; remove it, or change the fault"},
    {"NoGoal", "weight: 10\nexpect: {}\n",
     "f.yaml:2:1: expect.falseRollbackPercent: is missing, and every other goal; give goals, such "
     "as {falseRollbackPercent: 1}, or remove expect"},
    {"FaultEndsBeforeItBegins", "weight: 10\nfault: {factor: 2, from: 5m, until: 5m}\n",
     "f.yaml:2:30: fault.until: is not after from; use a later time, or leave it out"},
    {"NoBaselinePod", "weight: 10\ntraffic:\n  pods: {count: 2, canary: 2}\n",
     "f.yaml:3:20: traffic.pods.canary: leaves the baseline no pod; use less than count, which is "
     "of both tracks together"},
    {"FaultOfNothing", "weight: 10\nfault: {from: 5m}\n",
     "f.yaml:2:1: fault.factor: is missing; say what the canary's bad rate is multiplied by, such "
     "as 2; for scores give drop"},
    {"FaultElsewhere", "weight: 10\nfault: {factor: 2, objectives: [latency]}\n",
     "f.yaml:2:20: fault.objectives: 'latency' is not an objective of this scenario; use a name "
     "that objectives lists"},
    {"FaultAboveEveryWeight", "weight: 10\nfault: {factor: 2, fromWeight: 25}\n",
     "f.yaml:2:20: fault.fromWeight: is above every weight of this scenario; use a weight that a "
     "step reaches"},
    {"PodsWithScores", "weight: 10\nscores: {}\ntraffic:\n  pods: {count: 20}\n",
     "f.yaml:4:3: traffic.pods: cannot be combined with cohorts or scores; simulate them apart"},
    {"ObjectivesBeside", "weight: 10\ntarget: 99\nobjectives: [{name: errors}]\n",
     "f.yaml:2:1: target: is given beside objectives; move it into the objective it is of"},
    {"TwoDocuments", "weight: 10\n---\nweight: 10\n",
     "f.yaml: has no scenario, or several of them; write one scenario a file, beginning with "
     "name:"},
    {"ScoresTooEven", "weight: 10\nscores: {mean: 0.85, sd: 0.05}\n",
     "f.yaml:2:22: scores.sd: is less than scores in steps of 0.1 with this mean can have; use at "
     "least "
     "the square root of mean x (1 - mean) / 10"},
    {"TooManyBlocks", "weight: 10\nblockLength: 1s\nhistory: 7d\n",
     "f.yaml:2:1: blockLength: makes more than 200000 blocks; use longer blocks, or a shorter "
     "duration or history"},
};

INSTANTIATE_TEST_SUITE_P(Mistakes, ScenarioMistakeTest, testing::ValuesIn(kMistaken),
                         [](const auto& mistaken) { return mistaken.param.name; });

TEST(ScenarioYamlTest, RefusesWhatIsNotYaml) {
  EXPECT_FALSE(ParseScenario("weight: [", "f.yaml").mistakes.empty());
  EXPECT_FALSE(ParseScenario("", "f.yaml").mistakes.empty());
  EXPECT_FALSE(ParseScenario("- 1\n", "f.yaml").mistakes.empty());
}

TEST(ScenarioYamlTest, RefusesTooMuchText) {
  const std::string text = "weight: 10\ndescription: " + std::string(spec::YamlLimits{}.bytes, 'x');
  EXPECT_FALSE(ParseScenario(text, "f.yaml").mistakes.empty());
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(ScenarioExamplesTest, TheDocumentedFieldsAreTheFields) {
  const std::string page = ReadFile(SLOGATE_SOURCE_DIR "/examples/simulation/README.md");
  const std::string fence = "```yaml scenario\n";
  const std::size_t begin = page.find(fence);
  ASSERT_NE(begin, std::string::npos);
  const std::string block =
      page.substr(begin + fence.size(), page.find("\n```", begin) - begin - fence.size());
  const ParsedScenario parsed = ParseScenario(block, "README.md");
  ASSERT_TRUE(parsed.scenario) << Mistakes(parsed);
  EXPECT_EQ(parsed.scenario->traffic.loops->size, 60);
}

TEST(ScenarioExamplesTest, EveryOneIsSoundAndNamedAsItsFile) {
  int scenarios = 0;
  int goals = 0;
  for (const char* folder : {"/examples/simulation", "/examples/yardstick"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::string(SLOGATE_SOURCE_DIR) + folder)) {
      if (entry.path().extension() != ".yaml") continue;
      ++scenarios;
      const ParsedScenario parsed = ParseScenario(ReadFile(entry.path()), entry.path().filename());
      EXPECT_THAT(Mistakes(parsed), IsEmpty());
      if (!parsed.scenario) continue;
      EXPECT_EQ(parsed.scenario->name, entry.path().stem());
      EXPECT_LE(parsed.scenario->name.size(), 24U) << "the table of a suite cuts it";
      EXPECT_FALSE(parsed.scenario->description.empty());
      goals += static_cast<int>(parsed.scenario->goals.size());
    }
  }
  EXPECT_GE(scenarios, 100);
  EXPECT_GE(goals, 65);
}

}  // namespace
}  // namespace slogate::simulation
