// Whether a promise was kept on past days, read from a real Prometheus: every event is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "adapters/prometheus/budget/prometheus_budget_source.h"
#include "app/cli/check/slo_check.h"
#include "integration/budgets/budget_bed.h"
#include "integration/budgets/scrapes.h"

namespace slogate::tests {
namespace {

using ::testing::HasSubstr;

constexpr int kDay = 24 * 60;  // minutes

// Ten requests a minute. The second day fails the promise, the third is missing, the fourth has
// begun by noon, the others are without errors.
std::string FiveDays() {
  const ScrapedTarget pod{"job=\"shop\",instance=\"a:80\",pod=\"a\""};
  Scrapes scrapes;
  int bad = 0;
  for (int minute = -10; minute <= 5 * kDay + 600; ++minute) {
    if (minute > kDay && minute <= 2 * kDay) bad += minute % 7 < 2 ? 1 : 0;
    if (minute > 2 * kDay && minute <= 3 * kDay + kDay / 2) continue;
    scrapes.Add(pod.Of("up"), minute, 1);
    scrapes.Add(pod.Requests("200"), minute, 10 * (1000 + minute) - bad);
    scrapes.Add(pod.Requests("500"), minute, 50 + bad);
  }
  return scrapes.OpenMetrics();
}

app::SloToCheck Requested(const std::string& address) {
  using Op = core::LabelMatcher::Op;
  app::SloToCheck requested;
  requested.connection.address = address;
  requested.connection.timeout = std::chrono::seconds(60);
  requested.slo.name = requested.slo.service = "shop";
  requested.slo.window = core::CalendarUnit::kDay;
  requested.slo.prometheus.scrape_interval = std::chrono::minutes(1);
  core::SloObjective& objective = requested.slo.objectives.emplace_back();
  objective.name = "availability";
  objective.target = .99;
  objective.indicator = core::Indicator(core::CounterIndicator{
      {"http_requests_total", {}}, {"http_requests_total", {{"code", Op::kMatch, "5.."}}}, false});
  return requested;
}

TEST(PastPeriodsTest, EachDayWasKeptOrMissedOrIsUnknown) {
  const BudgetBed bed(FiveDays());
  adapters::prometheus::PrometheusBudgets budgets;
  app::SloCheckTerms terms;
  terms.at = AtMinute(5 * kDay + 600);
  terms.periods = 5;
  const app::SloCheck check =
      app::AssessBudgets({Requested(bed.address())}, {}, terms, budgets, nullptr);
  const std::vector<app::PeriodRow> rows = app::PeriodRowsOf(check.slos.at(0), 0);
  ASSERT_EQ(rows.size(), 5U);
  using core::Attainment;
  EXPECT_EQ(rows[0].attainment, Attainment::kKept);
  EXPECT_EQ(rows[0].period, "2026-03-01 to 2026-03-02");
  EXPECT_EQ(rows[0].attained, "100 %");
  EXPECT_EQ(rows[1].attainment, Attainment::kMissed);
  EXPECT_EQ(rows[2].attainment, Attainment::kUnknown);
  EXPECT_EQ(rows[2].why, "no series in the window");
  EXPECT_EQ(rows[3].attainment, Attainment::kUnknown) << "half a day is more than the budget";
  EXPECT_THAT(rows[3].why, HasSubstr("counted in 12h"));
  EXPECT_EQ(rows[4].attainment, Attainment::kKept);
  const core::BudgetVerdict& failed = check.slos[0].periods[1].summary.objectives[0].verdicts[0];
  EXPECT_NEAR(failed.bad, 411, 5);
  EXPECT_NEAR(*core::AttainedShare(failed), .9714, .0005);

  std::ostringstream json;
  app::PrintJson(check, {}, json);
  EXPECT_THAT(json.str(), HasSubstr(R"("promise": "Missed")"));
}

// Three errors in ten minutes: chunks of two scrapes, between which lies one difference of two, had
// 576 of 432.
TEST(PastPeriodsTest, ErrorsInStepWithTheScrapesAreNearlyAllSeen) {
  const ScrapedTarget pod{"job=\"shop\",instance=\"a:80\",pod=\"a\""};
  Scrapes scrapes;
  int bad = 0;
  for (int minute = -10; minute <= kDay + 10; ++minute) {
    if (minute % 10 >= 1 && minute % 10 <= 3) ++bad;
    scrapes.Add(pod.Of("up"), minute, 1);
    scrapes.Add(pod.Requests("200"), minute, 10 * (1000 + minute) - bad);
    scrapes.Add(pod.Requests("500"), minute, 50 + bad);
  }
  const BudgetBed bed(scrapes.OpenMetrics(std::chrono::seconds(30)));
  adapters::prometheus::PrometheusBudgets budgets;
  app::SloCheckTerms terms;
  terms.at = AtMinute(kDay + 10);
  terms.periods = 1;
  const app::SloCheck check =
      app::AssessBudgets({Requested(bed.address())}, {}, terms, budgets, nullptr);
  const core::BudgetVerdict& day =
      check.slos.at(0).periods.at(0).summary.objectives.at(0).verdicts.at(0);
  EXPECT_NEAR(day.events, 10 * kDay, .01);
  EXPECT_NEAR(day.bad, 432, 15);
}

TEST(PastPeriodsTest, OtherPeriodsThanTheWindow) {
  const BudgetBed bed(FiveDays());
  adapters::prometheus::PrometheusBudgets budgets;
  app::SloCheckTerms terms;
  terms.at = AtMinute(5 * kDay + 600);
  terms.periods = 1;
  terms.period = core::CalendarUnit::kWeek;
  app::SloToCheck requested = Requested(bed.address());
  requested.slo.window = core::Duration(std::chrono::hours(30 * 24));
  const app::SloCheck check = app::AssessBudgets({requested}, {}, terms, budgets, nullptr);
  const std::vector<app::PeriodRow> rows = app::PeriodRowsOf(check.slos.at(0), 0);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].period, "2026-02-23 to 2026-03-02");
  EXPECT_EQ(rows[0].attainment, core::Attainment::kUnknown) << "six of its days have no data";
}

}  // namespace
}  // namespace slogate::tests
