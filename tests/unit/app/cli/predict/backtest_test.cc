#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "unit/app/cli/frame/fake_program.h"

namespace slogate::app {
namespace {

using nlohmann::json;

constexpr const char* kPolicy = R"(apiVersion: slogate.dev/v1alpha1
kind: RolloutPolicy
metadata: {name: shop}
spec:
  workload: {ref: {name: shop}}
  routes: [httpRoute: {name: shop, canaryService: shop-canary, baselineService: shop}]
  prometheus: {address: "http://prometheus:9090"}
  paused: true
  objectives:
    - name: availability
      dimension: availability
      target: 99.5
      indicator: {counters: {total: http_requests_total, bad: 'http_requests_total{code=~"5.."}'}}
  steps:
    - {weight: 20, minDuration: 30m, minEvents: 100}
    - {weight: 50, minDuration: 12h, minEvents: 100, require: ProvenNotWorse}
)";

constexpr std::int64_t kBlock = 60'000;
constexpr std::int64_t kStart = 1'767'139'200'000;  // 2025-12-31T00:00:00Z, a day before now

class BacktestTest : public ::testing::Test {
 protected:
  BacktestTest() {
    program_.files["policy.yaml"] = kPolicy;
    Traffic(0.005, 0);
  }

  // From `minutes` after the start on.
  void Traffic(double canary_bad, std::int64_t minutes) {
    tests::FakeTraffic traffic;
    traffic.canary = {.events_per_block = 1000, .bad_share = canary_bad, .bad_share_of = {}};
    traffic.baseline = {.events_per_block = 4000, .bad_share = 0.005, .bad_share_of = {}};
    traffic.history_blocks = 1000;
    program_.source.SetTraffic(traffic, minutes == 0 ? 0 : kStart / kBlock + minutes);
  }

  int Replay(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {
        "backtest", "-f", "policy.yaml", "--from", "2025-12-31T00:00:00Z", "-o", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const int code = program_.Run(arguments);
    answer_ = json::parse(program_.output, nullptr, false);
    return code;
  }

  tests::FakeProgram program_;
  json answer_;
};

// The second step alone is longer than a chunk of the range, and the policy is paused today.
TEST_F(BacktestTest, AGoodCanaryPassesEveryStep) {
  ASSERT_EQ(Replay(), 0) << program_.errors << program_.output;
  EXPECT_EQ(answer_.value("outcome", ""), "WouldPromote");
  EXPECT_EQ(answer_.at("decisions").back().value("reason", ""), "AllStepsPassed");
  EXPECT_GT(answer_.value("blocks", 0), 12 * 60);
  EXPECT_LT(answer_.value("blocks", 0), 13 * 60);
}

TEST_F(BacktestTest, TheReplayStopsAtTheRollback) {
  Traffic(0.025, 60);
  ASSERT_EQ(Replay(), 1) << program_.errors << program_.output;
  const json& last = answer_.at("decisions").back();
  EXPECT_EQ(last.value("reason", ""), "CanaryWorse");
  EXPECT_GT(last.value("at", ""), "2025-12-31T01:00:00Z");
  EXPECT_LT(last.value("at", ""), "2025-12-31T01:15:00Z");
  EXPECT_LT(answer_.value("blocks", 0), 75);
}

TEST_F(BacktestTest, WithoutEventsNothingIsDecided) {
  tests::FakeTraffic none;
  none.problem = core::CountProblem::kNoSeries;
  program_.source.SetTraffic(none);
  EXPECT_EQ(Replay(), 3) << program_.output;
  EXPECT_EQ(answer_.value("outcome", ""), "Undecided");
  EXPECT_EQ(answer_.at("decisions").back().value("reason", ""), "NoData");
}

TEST_F(BacktestTest, ASourceThatFailsGivesNoOutcome) {
  program_.source.SetProblem(core::SourceProblem::kTimeout, "took longer than 10s");
  EXPECT_EQ(Replay(), 4);
  EXPECT_EQ(answer_.value("outcome", ""), "SourceUnavailable");
}

TEST_F(BacktestTest, ATimeUntilWhichNothingWasShownIsUndecided) {
  EXPECT_EQ(Replay({"--to", "2025-12-31T00:20:00Z"}), 3) << program_.output;
}

}  // namespace
}  // namespace slogate::app
