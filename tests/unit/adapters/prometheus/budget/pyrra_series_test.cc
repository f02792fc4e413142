#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/prometheus/budget/budget_recorded.h"
#include "promql/selector.h"
#include "promql/writer.h"

namespace slogate::adapters::prometheus {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;

core::Selector Parsed(const std::string& text) { return promql::ParseSelector(text).value(); }

core::BudgetPlan PlanOf(core::Indicator indicator, core::Duration period = hours(24 * 30)) {
  core::BudgetPlan plan;
  plan.indicator = std::move(indicator);
  plan.service = "shop";
  plan.objective = "shop-errors";
  plan.period = period;
  return plan;
}

core::Indicator Counters(const std::string& total, const std::string& part, bool good = false) {
  return core::CounterIndicator{Parsed(total), Parsed(part), good};
}

TEST(PyrraSeriesTest, ARatioIsOfTwoMetrics) {
  const auto series = PyrraSeriesOf(PlanOf(Counters("requests_total", "failures_total")));
  ASSERT_TRUE(series);
  EXPECT_EQ(promql::ToText(series->total), R"(requests:increase30d{le="",slo="shop-errors"})");
  EXPECT_EQ(promql::ToText(series->part), R"(failures:increase30d{le="",slo="shop-errors"})");
  EXPECT_EQ(series->meaning, promql::PartMeaning::kBad);
  EXPECT_EQ(promql::ToText(series->burns), R"(__name__=~"requests:burnrate.+",slo="shop-errors")");
}

TEST(PyrraSeriesTest, MatchersAreKeptAndOfABurnOnlyThoseThatAreItsLabels) {
  const auto series = PyrraSeriesOf(PlanOf(Counters(
      R"(x_total{job="shop",path!~"/-/.*"})", R"(x_total{job="shop",path!~"/-/.*",code=~"5.."})")));
  ASSERT_TRUE(series);
  EXPECT_EQ(promql::ToText(series->total),
            R"(x:increase30d{job="shop",path!~"/-/.*",le="",slo="shop-errors"})");
  EXPECT_EQ(promql::ToText(series->part),
            R"(x:increase30d{job="shop",path!~"/-/.*",code=~"5..",le="",slo="shop-errors"})");
  EXPECT_EQ(promql::ToText(series->burns),
            R"(__name__=~"x:burnrate.+",slo="shop-errors",job="shop")");
}

TEST(PyrraSeriesTest, ABucketAndAllEventsHaveOneNameAndAreReportedApartByLe) {
  const auto counters =
      PyrraSeriesOf(PlanOf(Counters("s_count", R"(s_bucket{le="0.3"})", true), hours(24 * 28)));
  ASSERT_TRUE(counters);
  EXPECT_EQ(promql::ToText(counters->total), R"(s:increase4w{le="",slo="shop-errors"})");
  EXPECT_EQ(promql::ToText(counters->part), R"(s:increase4w{le="0.3",slo="shop-errors"})");
  EXPECT_EQ(counters->meaning, promql::PartMeaning::kGood);
  const auto histogram =
      PyrraSeriesOf(PlanOf(core::HistogramIndicator{{"s", {}}, 0.3}, hours(24 * 28)));
  ASSERT_TRUE(histogram);
  EXPECT_EQ(promql::ToText(histogram->total), promql::ToText(counters->total));
  EXPECT_THAT(promql::ToText(histogram->part), HasSubstr(R"(s:increase4w{le=~)"));
  EXPECT_EQ(histogram->burns, counters->burns);
}

TEST(PyrraSeriesTest, WindowsAreNamedAsPyrraNamesThem) {
  const std::vector<std::pair<core::Duration, std::string>> cases = {
      {hours(24 * 365), "x:increase1y"},
      {hours(24 * 28), "x:increase4w"},
      {hours(24 * 30), "x:increase30d"},
      {hours(36), "x:increase1d12h"},
      {minutes(90), "x:increase1h30m"}};
  for (const auto& [period, name] : cases) {
    EXPECT_EQ(PyrraSeriesOf(PlanOf(Counters("x_total", "y_total"), period))->total.metric, name);
  }
}

TEST(PyrraSeriesTest, OtherIndicatorsAreNotPyrras) {
  core::BudgetPlan ratio = PlanOf(Counters("x_total", "y_total"));
  ratio.indicator = core::RatioIndicator{"1 - avg(up[{{.window}}])"};
  EXPECT_FALSE(PyrraSeriesOf(ratio));
  EXPECT_FALSE(PyrraSeriesOf(PlanOf(core::ScoreIndicator{{"n", {}}, {"sum", {}}, {}})));
}

TEST(PyrraSeriesTest, TheQueryAsksForNewestValues) {
  const auto series = PyrraSeriesOf(PlanOf(Counters("x_total", "y_total")));
  const std::string query = PyrraQuery(*series, "[11m]");
  EXPECT_THAT(query,
              HasSubstr(R"(sum(last_over_time(x:increase30d{le="",slo="shop-errors"}[11m])))"));
  EXPECT_THAT(query,
              HasSubstr(R"(last_over_time({__name__=~"x:burnrate.+",slo="shop-errors"}[11m]))"));
}

}  // namespace
}  // namespace slogate::adapters::prometheus
