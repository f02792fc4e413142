#include "app/controller/metrics.h"

#include <gtest/gtest.h>

#include <string>

#include "app/controller/process_state.h"

namespace slogate::app {
namespace {

class MetricsTest : public ::testing::Test {
 protected:
  bool Has(const std::string& line) const {
    return metrics_.Render().find(line + "\n") != std::string::npos;
  }

  Load load_;
  ControllerMetrics metrics_{[this] { return load_; }};
};

TEST_F(MetricsTest, APolicyIsInOnePhaseAtATime) {
  core::RolloutState state;
  state.phase = core::Phase::kProgressing;
  state.desired_percent = 25;
  core::ObjectiveVerdict verdict;
  verdict.objective = "availability";
  verdict.evidence.rollback = 1.5;
  verdict.evidence.promotion = -2;
  metrics_.Observed({"shop", "a"}, state, {verdict});
  EXPECT_TRUE(Has(R"(slogate_rollout_phase{namespace="shop",phase="Progressing",policy="a"} 1)"))
      << metrics_.Render();
  EXPECT_TRUE(Has(R"(slogate_canary_weight{namespace="shop",policy="a"} 25)"));
  EXPECT_TRUE(Has(
      R"(slogate_evidence{kind="rollback",namespace="shop",objective="availability",policy="a"} 1.5)"));
  EXPECT_TRUE(Has(
      R"(slogate_evidence{kind="promotion",namespace="shop",objective="availability",policy="a"} -2)"));
  state.phase = core::Phase::kRolledBack;
  metrics_.Observed({"shop", "a"}, state, {});
  EXPECT_EQ(metrics_.Render().find("Progressing"), std::string::npos);
  EXPECT_EQ(metrics_.Render().find("availability"), std::string::npos);
}

TEST_F(MetricsTest, WarnsWhileProductionLooksWorseSinceAPromotion) {
  core::RolloutState state;
  state.phase = core::Phase::kPromoted;
  state.reason = core::Reason::kRestartsAfterPromotion;
  metrics_.Observed({"shop", "a"}, state, {});
  EXPECT_TRUE(Has(R"(slogate_after_promotion_warning{namespace="shop",policy="a",)"
                  R"(reason="RestartsAfterPromotion"} 1)"))
      << metrics_.Render();
  state.reason = core::Reason::kPromoted;
  metrics_.Observed({"shop", "a"}, state, {});
  EXPECT_EQ(metrics_.Render().find("RestartsAfterPromotion"), std::string::npos);
}

TEST(BudgetGaugesTest, NameTheObjectiveThatWasRead) {
  const core::TimePoint now{std::chrono::hours(480'000)};
  core::Policy policy;
  for (const char* name : {"first", "without", "third"}) {
    core::Objective& objective = policy.objectives.emplace_back();
    objective.name = name;
    objective.target = 0.99;
    objective.window = core::Duration(std::chrono::hours(720));
    objective.has_budget = objective.name != "without";
  }
  const auto reading = [&](double bad) {
    core::BudgetReading of;
    of.series = {{"", {{now, std::chrono::hours(720), {10'000, bad, 0}, {}, {}}}, {}}};
    return of;
  };
  const std::vector<BudgetGauge> gauges = BudgetsSeen(policy, {reading(0), reading(50)}, now);
  ASSERT_EQ(gauges.size(), 2U);
  EXPECT_EQ(gauges[0].objective, "first");
  EXPECT_EQ(gauges[0].remaining, 1);
  EXPECT_EQ(gauges[1].objective, "third");
  EXPECT_NEAR(gauges[1].remaining.value_or(0), 0.5, 1e-9);
  EXPECT_TRUE(BudgetsSeen(policy, {}, now).empty()) << "nothing was read";
}

TEST_F(MetricsTest, ForgetsOnePolicyAndKeepsTheOthers) {
  metrics_.Observed({"shop", "a"}, {}, {});
  metrics_.Observed({"shop", "b"}, {}, {});
  metrics_.Forget({"shop", "a"});
  EXPECT_EQ(metrics_.Render().find("policy=\"a\""), std::string::npos);
  EXPECT_NE(metrics_.Render().find("policy=\"b\""), std::string::npos);
}

TEST_F(MetricsTest, CountsReconcilesAndAsksForTheDepth) {
  metrics_.Reconciled("settled", core::Duration(20));
  metrics_.Reconciled("settled", core::Duration(20));
  load_.queue_depth = 3;
  EXPECT_TRUE(Has(R"(slogate_reconcile_total{result="settled"} 2)")) << metrics_.Render();
  EXPECT_TRUE(Has("slogate_reconcile_duration_seconds_count 2"));
  EXPECT_TRUE(Has("slogate_queue_depth 3"));
}

TEST(HealthTest, NamesEveryPartThatIsNotReady) {
  Health health;
  EXPECT_EQ(health.WhyNotReady(), "");
  health.Set("lease", "not read yet");
  health.Set("controller", "stopping");
  EXPECT_EQ(health.WhyNotReady(), "controller: stopping\nlease: not read yet\n");
  health.Set("lease", "");
  EXPECT_EQ(health.WhyNotReady(), "controller: stopping\n");
}

TEST_F(MetricsTest, SaysWhatWaitsAndRuns) {
  load_.queue_depth = 3;
  load_.oldest_due = core::Duration(1500);
  load_.sources = {.running = 4, .waiting = 8, .open_breakers = 2, .refused = 5};
  EXPECT_TRUE(Has("slogate_queue_depth 3"));
  EXPECT_TRUE(Has("slogate_oldest_due_seconds 1.5"));
  EXPECT_TRUE(Has("slogate_source_readings{state=\"running\"} 4"));
  EXPECT_TRUE(Has("slogate_source_readings{state=\"waiting\"} 8"));
  EXPECT_TRUE(Has("slogate_source_breakers_open 2"));
  load_.api = {.requests = {{"GET", 40}, {"PATCH", 2}}, .refused = 3, .deferred = 9};
  EXPECT_TRUE(Has("slogate_api_requests_total{verb=\"GET\"} 40"));
  EXPECT_TRUE(Has("slogate_api_requests_total{verb=\"PATCH\"} 2"));
  EXPECT_TRUE(Has("slogate_api_requests_refused_total 3"));
  EXPECT_TRUE(Has("slogate_reconciles_deferred_total 9"));
  load_.sources.refused = 7;
  EXPECT_TRUE(Has("slogate_source_readings_refused_total 7"));
}

}  // namespace
}  // namespace slogate::app
