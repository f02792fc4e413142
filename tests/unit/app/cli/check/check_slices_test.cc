// Cohorts, scores, latency shift and the A/A test, as gate check tells them.
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "unit/app/cli/frame/fake_program.h"

namespace slogate::app {
namespace {

constexpr const char* kHead = R"(apiVersion: slogate.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: checkout}
spec:
  workload: {ref: {name: checkout}}
  routes:
  - httpRoute: {name: checkout, canaryService: c, baselineService: b}
  prometheus: {address: "http://prometheus:9090"}
  tracks: {canary: 'track="canary"', baseline: 'track="baseline"'}
  objectives:
)";
constexpr const char* kByLanguage = R"(  - name: availability
    dimension: availability
    target: 99
    indicator: {counters: {total: requests_total, bad: 'requests_total{code=~"5.."}'}}
    cohorts: {by: language, minEvents: 1000, max: 3}
)";
constexpr const char* kLatency = R"(  - name: latency
    dimension: latency
    target: 90
    indicator: {histogram: {metric: latency_seconds, threshold: 0.3}}
)";
constexpr const char* kScore = R"(  - name: grounded
    dimension: quality
    target: 70
    indicator: {score: {total: graded_total, sum: score_sum}}
)";

class CheckSlicesTest : public ::testing::Test {
 protected:
  CheckSlicesTest() {
    traffic_.canary.events_per_block = 600;
    traffic_.baseline.events_per_block = 5400;
    traffic_.canary.bad_share = traffic_.baseline.bad_share = 0.005;
    traffic_.history_blocks = 10'000;
    for (auto* track : {&traffic_.canary, &traffic_.baseline}) {
      track->cohorts = {{"de", {0.1, 0.005}},
                        {"en", {0.8, 0.005}},
                        {"is", {0.01, 0.005}},
                        {"fo", {0.001, 0.005}}};
      track->slower_than = {{0.1, 0.4}, {0.3, 0.005}, {1, 0.001}};
    }
  }

  int Check(const std::string& objectives, const std::vector<std::string>& more = {}) {
    program_.files["policy.yaml"] = kHead + objectives;
    program_.source.SetTraffic(traffic_);
    if (bursts_) AddBursts();
    std::vector<std::string> arguments = {"check", "-f", "policy.yaml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const int code = program_.Run(arguments);
    std::istringstream lines(program_.output);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_TRUE(line.size() <= 80U || !more.empty()) << line;
    }
    return code;
  }

  // In the blocks that the A/A test takes for its canary, at a weight of 5 %.
  void AddBursts() {
    tests::FakeTraffic burst = traffic_;
    burst.baseline.bad_share = 0.1;
    burst.baseline.bad_share_of = {{1, traffic_.baseline.bad_share}};
    const auto now = program_.clock.Now().time_since_epoch() / std::chrono::minutes(1);
    for (auto block = now / 40 * 40 - 1440; block < now; block += 40) {
      program_.source.SetTraffic(burst, block - 1);
      program_.source.SetTraffic(traffic_, block + 1);
    }
  }

  void ExpectSaid(const std::string& words) {
    std::string unwrapped = program_.output;
    for (std::size_t at = 0; (at = unwrapped.find("\n  ", at)) != std::string::npos;) {
      unwrapped.replace(at, 3, " ");
    }
    EXPECT_NE(unwrapped.find(words), std::string::npos) << "no '" << words << "' in\n" << unwrapped;
  }

  void ExpectUnsaid(const std::string& words) {
    EXPECT_EQ(program_.output.find(words), std::string::npos) << program_.output;
  }

  bool bursts_ = false;
  tests::FakeTraffic traffic_;
  tests::FakeProgram program_;
};

TEST_F(CheckSlicesTest, NamesTheCohortThatIsWorse) {
  traffic_.canary.cohorts["de"].bad_share = 0.2;
  EXPECT_EQ(Check(kByLanguage), 1) << program_.errors;
  ExpectSaid("worse in de: canary 20.0000 % of ");
  ExpectSaid("cohorts by language: nothing points to worse in 1 of 3");
}

TEST_F(CheckSlicesTest, NeverPassesAnUnseenCohort) {
  EXPECT_EQ(Check(kByLanguage), 0) << program_.output;
  ExpectSaid("cohorts by language: nothing points to worse in 2 of 3");
  ExpectSaid("unseen, with fewer than 1000 canary events each: is");
  ExpectSaid("left out, beyond the 3 largest: 1");
  EXPECT_EQ(Check(kByLanguage, {"-o", "json"}), 0);
  ExpectSaid("\"unseen\": [");
  ExpectSaid("\"leftOut\": 1");
  ExpectUnsaid("\"shift\"");
}

TEST_F(CheckSlicesTest, AHostileLabelReachesNoTerminal) {
  traffic_.canary.cohorts["de\x1b[2J"] = {0.2, 0.3};
  traffic_.baseline.cohorts["de\x1b[2J"] = {0.2, 0.005};
  EXPECT_EQ(Check(kByLanguage), 1);
  ExpectUnsaid("\x1b");
}

TEST_F(CheckSlicesTest, ReportsAShiftAtOtherBounds) {
  traffic_.canary.slower_than[0.1] = 0.9;
  const int reported = Check(kLatency);
  EXPECT_NE(reported, 1) << program_.output;
  ExpectSaid("shift      [##########] 100 % of what shows it slower at other bounds");
  ExpectSaid("reported only, for shift: Enforce is not set");
  EXPECT_EQ(Check(std::string(kLatency) + "    shift: Enforce\n"), 1) << program_.output;
  ExpectSaid("slower at other latencies than the threshold");
  ExpectUnsaid("reported only");
}

TEST_F(CheckSlicesTest, AnEqualCanaryShiftsNothing) {
  Check(kLatency);
  ExpectSaid("shift      [..........] 0 %");
  ExpectUnsaid("slower at other latencies");
}

TEST_F(CheckSlicesTest, TellsMeanScores) {
  traffic_.canary.bad_share = 0.25;
  traffic_.baseline.bad_share = 0.15;
  EXPECT_EQ(Check(kScore), 1) << program_.output;
  ExpectSaid("mean score 0.7500, baseline 0.8500");
}

TEST_F(CheckSlicesTest, TellsHowRequestsArrive) {
  Check(kScore);
  ExpectSaid("requests appear independent of each other");
  traffic_.history_blocks = 0;
  Check(kScore);
  ExpectSaid("dispersion is taken to be 2");
  ExpectSaid("A/A test: not done");
}

TEST_F(CheckSlicesTest, TheBaselineIsQuietAgainstItself) {
  EXPECT_EQ(Check(kByLanguage, {"--aa-test"}), 0) << program_.output;
  ExpectSaid("checkout: baseline against itself, 1d until 2026-01-01T00:00:00Z");
  ExpectSaid("availability (availability, Enforce): quiet");
  EXPECT_EQ(Check(kByLanguage, {"--aa-test", "-o", "json"}), 0);
  ExpectSaid("\"outcome\": \"Quiet\"");
  ExpectSaid("\"firedAt\": null");
}

TEST_F(CheckSlicesTest, TellsWhenTheBaselineFiresAgainstItself) {
  bursts_ = true;
  const std::string given = std::string(kByLanguage) + "    overdispersion: 1\n";
  const int code = Check(given, {"--aa-test"});
  EXPECT_EQ(code, 1) << program_.output;
  ExpectSaid("availability (availability, Enforce): fired at 2025-12-3");
  ExpectSaid("Fired: this gate would have rolled back the baseline against itself");
  EXPECT_EQ(Check(given + "    mode: Report\n" + kScore, {"--aa-test"}), 0) << program_.output;
}

TEST_F(CheckSlicesTest, WithoutHistoryThereIsNoAaTest) {
  traffic_.history_blocks = 10;
  EXPECT_EQ(Check(kByLanguage, {"--aa-test"}), 3) << program_.output;
  ExpectSaid("not done: too little history with events");
  program_.source.SetProblem(core::SourceProblem::kTimeout, "p:9090 took longer than 10s");
  EXPECT_EQ(Check(kByLanguage, {"--aa-test"}), 4) << program_.output;
  ExpectSaid("p:9090 took longer than 10s");
}

TEST_F(CheckSlicesTest, TheAaTestTakesAnotherLookback) {
  EXPECT_EQ(Check(kByLanguage, {"--aa-test", "--lookback", "12h"}), 0) << program_.output;
  ExpectSaid("baseline against itself, 12h until");
  EXPECT_EQ(Check(kByLanguage, {"--aa-test", "--lookback", "1h"}), 3) << program_.output;
}

}  // namespace
}  // namespace slogate::app
