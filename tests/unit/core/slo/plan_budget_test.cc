#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <variant>
#include <vector>

#include "slogate/core/budget.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

BudgetPlan PlanOf(const BudgetWindow& window, Duration scrape_interval = seconds(15)) {
  Objective objective;
  objective.window = window;
  return PlanBudget(objective, scrape_interval, kNoon);
}

TEST(PlanBudgetTest, ThirtyDaysAreReadByTheHour) {
  auto slo = SmallSlo({SmallObjective("availability", .995)});
  slo.objectives[0].cohorts = SloCohorts{"region", 7, {}};
  slo.prometheus.scrape_interval = seconds(30);
  const auto plan = PlanBudget(slo, slo.objectives[0], kNoon);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(std::holds_alternative<Indicator>(plan->indicator));
  EXPECT_EQ(plan->service, "shop");
  EXPECT_EQ(plan->objective, "availability");
  EXPECT_EQ(plan->target, .995);
  EXPECT_EQ(plan->cohort_label, "region");
  EXPECT_EQ(plan->max_cohorts, 7);
  EXPECT_EQ(plan->first, kNoon - days(30));
  EXPECT_EQ(plan->at, kNoon);
  EXPECT_EQ(plan->period, days(30));
  EXPECT_EQ(plan->chunk, hours(1));
  EXPECT_EQ(plan->scrape_interval, seconds(30));
  const std::vector<Duration> windows = {minutes(5), minutes(30), hours(1), hours(2),
                                         hours(6),   hours(24),   hours(72)};
  EXPECT_EQ(plan->windows, windows);
}

TEST(PlanBudgetTest, TheHourIsReadEvenWhenNoRowHasIt) {
  auto slo = SmallSlo({SmallObjective("availability")});
  slo.objectives[0].alerting.rows = {{Severity::kPage, minutes(10), minutes(1), 10}};
  const std::vector<Duration> windows = {minutes(1), minutes(10), hours(1)};
  EXPECT_EQ(PlanBudget(slo, slo.objectives[0], kNoon)->windows, windows);
}

TEST(PlanBudgetTest, APolicysObjectiveHasNoRecordedSeries) {
  Objective objective;
  objective.name = "availability";
  objective.target = .9;
  objective.burn_rows = {{Severity::kPage, seconds(8), seconds(3), 4}};
  objective.window = Duration(minutes(10));
  const BudgetPlan plan = PlanBudget(objective, Duration(250), kNoon);
  EXPECT_EQ(plan.service, "");
  EXPECT_EQ(plan.objective, "");
  EXPECT_EQ(plan.cohort_label, "");
  EXPECT_EQ(plan.target, .9);
  EXPECT_EQ(plan.chunk, seconds(10));
  const std::vector<Duration> windows = {seconds(1), seconds(3), seconds(8)};
  EXPECT_EQ(plan.windows, windows);
}

TEST(PlanBudgetTest, ChunksOfOtherPeriods) {
  EXPECT_EQ(PlanOf(CalendarUnit::kYear).chunk, hours(1));
  EXPECT_EQ(PlanOf(Duration(days(28))).chunk, minutes(56));
  EXPECT_EQ(PlanOf(CalendarUnit::kWeek).chunk, minutes(14));
  EXPECT_EQ(PlanOf(CalendarUnit::kDay, seconds(10)).chunk, minutes(2));
  EXPECT_EQ(PlanOf(CalendarUnit::kDay).chunk, minutes(3)) << "twelve scrapes at least";
  EXPECT_EQ(PlanOf(CalendarUnit::kDay, minutes(1)).chunk, minutes(12));
  EXPECT_EQ(PlanOf(CalendarUnit::kMonth, minutes(1)).chunk, hours(1));
  EXPECT_EQ(PlanOf(Duration(hours(12)), seconds(5)).chunk, minutes(1));
  EXPECT_EQ(PlanOf(Duration(hours(1))).chunk, minutes(1));
  EXPECT_EQ(PlanOf(Duration(hours(1)), seconds(30)).chunk, minutes(2));
}

TEST(PlanBudgetTest, ACalendarWindowIsReadFromItsStart) {
  const BudgetPlan plan = PlanOf(CalendarUnit::kMonth);
  EXPECT_EQ(plan.first, kNoon - days(21) - hours(12));
  EXPECT_EQ(plan.at, kNoon);
  EXPECT_EQ(plan.period, days(30));
}

TEST(PlanBudgetTest, RatiosAndPerRequestMetricsAreReadAndWholesAreNot) {
  auto slo = SmallSlo({SmallObjective("ratio"), SmallObjective("whole")});
  slo.objectives[0].indicator = RatioIndicator{"errors:ratio{{.window}}"};
  const auto ratio = PlanBudget(slo, slo.objectives[0], kNoon);
  ASSERT_TRUE(ratio);
  EXPECT_TRUE(std::holds_alternative<RatioIndicator>(ratio->indicator));
  slo.objectives[1].indicator = CompositeIndicator{{"a", "b"}, std::nullopt};
  EXPECT_FALSE(PlanBudget(slo, slo.objectives[1], kNoon));
  slo.objectives[1].indicator = JourneyIndicator{{{"a", 1, {}}}};
  EXPECT_FALSE(PlanBudget(slo, slo.objectives[1], kNoon));
  const Indicator exact = CounterIndicator{{"all_total", {}}, {"bad_total", {}}, false};
  slo.objectives[1].indicator = CompositeIndicator{{"a", "b"}, exact};
  const auto composite = PlanBudget(slo, slo.objectives[1], kNoon);
  ASSERT_TRUE(composite);
  EXPECT_EQ(std::get<Indicator>(composite->indicator), exact);
}

TEST(PlanBudgetPropertyTest, EveryPlanCanBeRequested) {
  EXPECT_TRUE(rc::check([] {
    const Duration period = seconds(*rc::gen::inRange(1, 70'000'000));
    const Duration scrape_interval{*rc::gen::inRange(100, 300'000)};
    const BudgetPlan plan = PlanOf(period, scrape_interval);
    RC_ASSERT(plan.chunk.count() > 0);
    RC_ASSERT(plan.chunk <= std::max<Duration>(hours(1), scrape_interval * 12));
    RC_ASSERT(period / plan.chunk < 20'000);
    RC_ASSERT(std::is_sorted(plan.windows.begin(), plan.windows.end()));
    RC_ASSERT(std::adjacent_find(plan.windows.begin(), plan.windows.end()) == plan.windows.end());
    RC_ASSERT(plan.windows.front().count() > 0);
  }));
}

}  // namespace
}  // namespace slogate::core
