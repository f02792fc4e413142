#include <gtest/gtest.h>

#include <random>

#include "core/rollout/budget_assessment.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;

Objective Errors() {
  Objective objective;
  objective.name = "errors";
  return objective;
}

BudgetVerdict Known(double remaining) {
  BudgetVerdict verdict;
  verdict.state = remaining > 0 ? BudgetState::kHealthy : BudgetState::kExhausted;
  verdict.remaining = remaining;
  return verdict;
}

BudgetVerdict WithBurn(double burn) {
  BudgetVerdict verdict = Known(0.5);
  const BurnRow row{Severity::kPage, 1h, 5min, 14.4};
  verdict.burns = {{5min, burn, 100}, {1h, burn, 1000}};
  verdict.rows = {{row, true, burn > row.factor, false, false}};
  return verdict;
}

TEST(BudgetStatusTest, FiguresAreCoarse) {
  BudgetVerdict verdict = WithBurn(3.14159);
  verdict.exhausted_in = 15'017s;
  const BudgetStatus status = StatusOf(Errors(), verdict, nullptr);
  EXPECT_EQ(status.objective, "errors");
  EXPECT_EQ(status.remaining_percent, 50);
  EXPECT_DOUBLE_EQ(status.burn, 3.1);
  EXPECT_EQ(status.exhausted_in, 15'000s);
}

TEST(BudgetStatusTest, ABoundIsOne) {
  BudgetVerdict verdict = Known(-.5);
  verdict.outage_time = 43min;
  EXPECT_FALSE(StatusOf(Errors(), verdict, nullptr).at_least);
  const BudgetStatus before = StatusOf(Errors(), verdict, nullptr);
  EXPECT_EQ(before.outage_time, 43min);
  verdict.at_least_of = 720h;
  const BudgetStatus status = StatusOf(Errors(), verdict, &before);
  EXPECT_TRUE(status.at_least);
  EXPECT_TRUE(Settled(status, &before).at_least) << "another story, and no trifle";
}

TEST(BudgetStatusTest, AFindingSaysThatABoundIsOne) {
  const TimePoint at{std::chrono::hours(480'000)};
  Policy policy;
  policy.budget.emplace();
  policy.objectives = {Errors()};
  BudgetReading reading;
  reading.series = {{"", {{at - 360h, 360h, {}, {}, CountProblem::kNoSeries}}, {}}};
  reading.series[0].chunks.push_back({at, 360h, {1000, 30, 0}, {}, CountProblem::kNone});
  const BudgetAssessment assessment = JudgeBudgets(policy, {reading}, {}, at);
  ASSERT_EQ(assessment.findings.size(), 1U);
  EXPECT_EQ(assessment.findings[0].message,
            "errors: the error budget is exhausted, overspent by at least 50 %");
}

// Readings are of the others alone.
TEST(BudgetStatusTest, AnObjectiveWithoutABudgetHoldsNothing) {
  const TimePoint at{std::chrono::hours(480'000)};
  Policy policy;
  policy.budget.emplace();
  policy.budget->max_budget_spend = 0.1;
  policy.budget->tighten_below = 0.5;
  policy.objectives = {Errors(), Errors(), Errors()};
  policy.objectives[1].name = "none";
  policy.objectives[1].has_budget = false;
  policy.objectives[2].name = "exhausted";
  const auto reading = [&](double bad) {
    BudgetReading of;
    of.series = {{"", {{at, 720h, {10'000, bad, 0}, {}, CountProblem::kNone}}, {}}};
    return of;
  };
  BudgetAssessment assessment = JudgeBudgets(policy, {reading(10), reading(200)}, {}, at);
  ASSERT_EQ(assessment.statuses.size(), 2U);
  EXPECT_EQ(assessment.statuses[0].remaining_percent, 90);
  EXPECT_EQ(assessment.statuses[1].objective, "exhausted");
  EXPECT_EQ(assessment.tighten, (std::vector{false, false, true}));
  ASSERT_EQ(assessment.findings.size(), 1U);
  EXPECT_EQ(assessment.findings[0].message,
            "exhausted: the error budget is exhausted, overspent by 100 %");

  std::vector<ObjectiveVerdict> verdicts(3);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    verdicts[i].objective = policy.objectives[i].name;
    verdicts[i].counts = {.canary = {100, i == 1 ? 100.0 : 40.0}, .baseline = {100, 0}};
  }
  CountSpent(assessment, policy, verdicts, {});
  EXPECT_EQ(assessment.statuses[0].spent_percent, 40);
  EXPECT_EQ(assessment.statuses[1].spent_percent, 40);
  EXPECT_EQ(assessment.findings.size(), 3U);
}

TEST(BudgetStatusTest, ABudgetIsNotSaidToBeLargerThanItIs) {
  EXPECT_EQ(WholePercent(0.999), 99);
  EXPECT_EQ(WholePercent(0.29), 29);
  EXPECT_EQ(WholePercent(-0.001), -1);
  EXPECT_EQ(WholePercent(-1e300), -1'000'000);
}

TEST(BudgetStatusTest, AnExhaustedBudgetIsOnlyBackWithOnePercent) {
  BudgetStatus before;
  before.exhausted = true;
  EXPECT_TRUE(StatusOf(Errors(), Known(0.009), &before).exhausted);
  EXPECT_FALSE(StatusOf(Errors(), Known(0.011), &before).exhausted);
  EXPECT_FALSE(StatusOf(Errors(), Known(0.009), nullptr).exhausted);
}

TEST(BudgetStatusTest, ABurnEndsOnlyATenthBelowWhereItBegins) {
  BudgetStatus before;
  before.burning = true;
  EXPECT_TRUE(StatusOf(Errors(), WithBurn(13.5), &before).burning);
  EXPECT_FALSE(StatusOf(Errors(), WithBurn(12.9), &before).burning);
  EXPECT_FALSE(StatusOf(Errors(), WithBurn(13.5), nullptr).burning);
  EXPECT_TRUE(StatusOf(Errors(), WithBurn(14.5), nullptr).burning);
}

TEST(BudgetStatusTest, TicketsDoNotCountAsBurning) {
  BudgetVerdict verdict = WithBurn(20);
  verdict.rows[0].row.severity = Severity::kTicket;
  EXPECT_FALSE(StatusOf(Errors(), verdict, nullptr).burning);
}

TEST(BudgetStatusTest, AWindowThatIsYoungerThanItsNameDoesNotBurn) {
  BudgetVerdict verdict = WithBurn(20);
  verdict.provisional = true;
  verdict.observed = 50min;
  EXPECT_FALSE(StatusOf(Errors(), verdict, nullptr).burning);
  verdict.observed = 60min;
  EXPECT_TRUE(StatusOf(Errors(), verdict, nullptr).burning);
}

TEST(BudgetStatusTest, TriflesKeepTheStatusBefore) {
  const BudgetStatus before = StatusOf(Errors(), WithBurn(2), nullptr);
  BudgetVerdict moved = WithBurn(2.5);
  moved.remaining = 0.47;
  EXPECT_EQ(Settled(StatusOf(Errors(), moved, &before), &before), before);
  moved.remaining = 0.44;
  EXPECT_EQ(Settled(StatusOf(Errors(), moved, &before), &before).remaining_percent, 44);
  const BudgetStatus fast = StatusOf(Errors(), WithBurn(4), &before);
  EXPECT_EQ(Settled(fast, &before).burn, 4);
}

TEST(BudgetStatusTest, AnotherStoryIsReportedAtOnce) {
  const BudgetStatus before = StatusOf(Errors(), Known(0.001), nullptr);
  const BudgetStatus after = StatusOf(Errors(), Known(-0.001), &before);
  EXPECT_TRUE(Settled(after, &before).exhausted);
  BudgetVerdict unknown;
  unknown.reason = "no events in the window";
  EXPECT_EQ(Settled(StatusOf(Errors(), unknown, &before), &before).message,
            "no events in the window");
}

// A burn that wanders about its limit by a few percent is reported of seldom.
TEST(BudgetStatusTest, NoiseAboutALimitRewritesTheStatusSeldom) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> noise(14.4, 0.5);
  BudgetStatus status = StatusOf(Errors(), WithBurn(14), nullptr);
  int changes = 0;
  for (int check = 0; check < 1000; ++check) {
    const BudgetStatus next =
        Settled(StatusOf(Errors(), WithBurn(noise(random)), &status), &status);
    changes += next == status ? 0 : 1;
    status = next;
  }
  EXPECT_LE(changes, 20);
}

}  // namespace
}  // namespace slogate::core
