#include "simulation/trial.h"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>
#include <vector>

#include "simulation/stream.h"
#include "unit/simulation/scenarios.h"

namespace slogate::simulation {
namespace {

using namespace std::chrono_literals;

// Does what it was told at the blocks it was told.
class Scripted : public ReleaseRule {
 public:
  explicit Scripted(std::vector<std::pair<std::int64_t, Reaction>> script)
      : script_(std::move(script)) {}

  void Begin(const core::HistoryReading& history) override {
    EXPECT_TRUE(history.objectives.empty());
  }
  Reaction See(const RuleInput& input) override {
    if (input.step_over) over_.push_back(input.block);
    for (const auto& [block, reaction] : script_) {
      if (block == input.block) return reaction;
    }
    return {};
  }

  std::vector<std::int64_t> over_;  // blocks at which the step was over

 private:
  std::vector<std::pair<std::int64_t, Reaction>> script_;
};

Reaction Of(Move move, std::vector<std::string> failed_objectives = {}) {
  return {.move = move, .failed_objectives = std::move(failed_objectives), .evidence = {}};
}

Scenario TwoSteps() {
  Scenario scenario = Steady();
  scenario.steps = {SteadyStep(10, 1min), SteadyStep(50, 2min)};
  scenario.duration = 10min;
  return scenario;
}

TEST(TrialTest, CountsFromTheFaultToTheEndOfTheDecidingBlock) {
  Scenario scenario = WithFault(3);
  scenario.fault->from = 5min;
  Scripted rule({{39, Of(Move::kRollBack, {"errors"})}});
  const Outcome outcome = Play(scenario, rule, 0);
  EXPECT_EQ(outcome.end, End::kRolledBack);
  EXPECT_EQ(outcome.after, 10min);
  EXPECT_EQ(outcome.since_fault, 5min);
  EXPECT_TRUE(outcome.failed_rightly);
  EXPECT_FALSE(outcome.failed_wrongly);
}

TEST(TrialTest, FailureOfTheInnocentIsWrong) {
  Scenario scenario = WithFault(3);
  Scripted rule({{3, Of(Move::kRollBack, {"latency"})}});
  const Outcome outcome = Play(scenario, rule, 0);
  EXPECT_FALSE(outcome.failed_rightly);
  EXPECT_TRUE(outcome.failed_wrongly);
}

TEST(TrialTest, StepsMoveTheWeightAndTheLastOnePromotes) {
  Scripted rule({{9, Of(Move::kNextStep)}, {19, Of(Move::kNextStep)}});
  Trace trace;
  const Outcome outcome = Play(TwoSteps(), rule, 0, &trace);
  EXPECT_EQ(outcome.end, End::kPromoted);
  ASSERT_EQ(trace.size(), 20U);
  EXPECT_EQ(trace[9].weight_percent, 10);
  EXPECT_EQ(trace[10].weight_percent, 50);
  EXPECT_EQ(trace[10].step, 1);
  EXPECT_EQ(trace[19].at, 5min);
  EXPECT_EQ(rule.over_, (std::vector<std::int64_t>{3, 4, 5, 6, 7, 8, 9, 17, 18, 19}));
}

TEST(TrialTest, EndsUndecidedWithItsDuration) {
  Scripted rule({});
  const Outcome outcome = Play(TwoSteps(), rule, 0);
  EXPECT_EQ(outcome.end, End::kUndecided);
  EXPECT_EQ(outcome.after, 10min);
  EXPECT_EQ(outcome.since_fault, std::nullopt);
}

TEST(TrialTest, GivingUpIsUndecided) {
  Scripted rule({{3, Of(Move::kGiveUp)}});
  const Outcome outcome = Play(TwoSteps(), rule, 0);
  EXPECT_EQ(outcome.end, End::kUndecided);
  EXPECT_EQ(outcome.after, 1min);
}

TEST(TrialTest, BadEventsServedAreThoseOfTheCanary) {
  Scripted rule({{39, Of(Move::kRollBack)}});
  Trace trace;
  const Outcome outcome = Play(WithFault(3), rule, 0, &trace);
  double bad = 0;
  for (const TracePoint& point : trace) bad += point.counts.canary.bad;
  EXPECT_GT(bad, 0);
  EXPECT_EQ(outcome.bad_served, bad);
}

TEST(GateRuleTest, RollsBackWhatIsClearlyWorse) {
  const Scenario scenario = WithFault(10);
  const auto rule = GateRule().make(scenario);
  const Outcome outcome = Play(scenario, *rule, 0);
  EXPECT_EQ(outcome.end, End::kRolledBack);
  EXPECT_LE(outcome.after, 2min);
  EXPECT_TRUE(outcome.failed_rightly);
}

TEST(GateRuleTest, PromotesWhatIsAsGood) {
  const Scenario scenario = Steady();
  const auto rule = GateRule().make(scenario);
  Trace trace;
  const Outcome outcome = Play(scenario, *rule, 0, &trace);
  EXPECT_EQ(outcome.end, End::kPromoted);
  EXPECT_EQ(outcome.after, 60min);
  EXPECT_GT(trace.back().evidence.promotion, trace.front().evidence.promotion);
}

TEST(GateRuleTest, BlamesTheObjectiveWithTheFault) {
  Scenario scenario = WithFault(10);
  scenario.objectives.push_back(scenario.objectives.front());
  scenario.objectives.back().name = "latency";
  scenario.fault->objectives = {"latency"};
  const auto rule = GateRule().make(scenario);
  const Outcome outcome = Play(scenario, *rule, 0);
  EXPECT_EQ(outcome.end, End::kRolledBack);
  EXPECT_TRUE(outcome.failed_rightly);
  EXPECT_FALSE(outcome.failed_wrongly);
}

}  // namespace
}  // namespace slogate::simulation
