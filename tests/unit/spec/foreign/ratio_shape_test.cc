#include <gtest/gtest.h>

#include "promql/selector.h"
#include "promql/writer.h"
#include "spec/foreign/foreign_form.h"

namespace slogate::spec {
namespace {

core::Selector Select(const std::string& text) { return promql::ParseSelector(text).value(); }

core::Indicator Of(const std::string& total, const std::string& bad) {
  return IndicatorOf({"total", promql::OneLine(total)}, {"bad", promql::OneLine(bad)}, false);
}

TEST(PromqlShapeTest, RatesOfCountersAreCounted) {
  const core::Indicator expected =
      core::CounterIndicator{Select("a"), Select("a{code=~\"5..\"}"), false};
  EXPECT_EQ(Of("sum(rate(a[{{.window}}]))", "sum(rate(a{code=~\"5..\"}[{{.window}}]))"), expected);
  EXPECT_EQ(Of("sum(increase(a[{{ .window }}]))",
               "((sum (\n increase(\n a{ code=~\"5..\" } [{{.Window}}]\n) ) ))"),
            expected);
  EXPECT_EQ(
      Of("sum(rate(a[{{.window}}]))", "sum(rate(a{code=~\"5..\"}[{{.window}}])) OR on() vector(0)"),
      expected);
}

TEST(PromqlShapeTest, TotalMinusGoodIsGood) {
  EXPECT_EQ(Of("sum(rate(a[{{.window}}]))",
               "(sum(rate(a[{{.window}}])) - sum(rate(a{ok=\"1-2\"}[{{.window}}])))"),
            core::Indicator(core::CounterIndicator{Select("a"), Select("a{ok=\"1-2\"}"), true}));
}

TEST(PromqlShapeTest, CountMinusABucketIsAHistogram) {
  EXPECT_EQ(Of("sum(rate(h_count{x=\"1\",y=\"2\"}[{{.window}}]))",
               "sum(rate(h_count{y=\"2\",x=\"1\"}[{{.window}}])) - "
               "sum(rate(h_bucket{x=\"1\",le=\"0.5\",y=\"2\"}[{{.window}}]))"),
            core::Indicator(core::HistogramIndicator{Select("h{x=\"1\",y=\"2\"}"), 0.5}));
}

TEST(PromqlShapeTest, ABucketCountedAsBadIsReadAsItSays) {
  EXPECT_EQ(Of("sum(rate(h_count[{{.window}}]))", "sum(rate(h_bucket{le=\"3\"}[{{.window}}]))"),
            core::Indicator(
                core::CounterIndicator{Select("h_count"), Select("h_bucket{le=\"3\"}"), false}));
}

TEST(PromqlShapeTest, OtherQueriesStayPromql) {
  for (const char* bad :
       {"sum(rate(a[5m])) + sum(rate(b[{{.window}}]))", "sum by (job) (rate(b[{{.window}}]))",
        "sum(rate(b[{{.window}}] offset 5m))",
        "sum(rate(c[{{.window}}])) - sum(rate(b[{{.window}}]))", "sum(rate(a[{{.window}}]))",
        "sum(increase(b[{{.window}}]))",
        "sum(rate(a[{{.window}}])) - sum(rate(b[{{.window}}])) - c"}) {
    const core::Indicator indicator = Of("sum(rate(a[{{.window}}]))", bad);
    const auto* promql = std::get_if<core::PromqlIndicator>(&indicator);
    ASSERT_NE(promql, nullptr) << bad;
    EXPECT_TRUE(promql->per_second);
    EXPECT_EQ(promql->part, bad);
  }
  const core::Indicator counts =
      Of("count_over_time(a[{{.window}}])", "count_over_time(b[{{.window}}])");
  EXPECT_FALSE(std::get<core::PromqlIndicator>(counts).per_second);
}

TEST(OneLineTest, LeavesStringsAndDropsComments) {
  EXPECT_EQ(promql::OneLine("  sum(  # a \"comment\"\n  a{b=\"c  # d\"}\n)\n"),
            "sum( a{b=\"c  # d\"} )");
  EXPECT_EQ(promql::OneLine("a[{{ .Window }}]"), "a[{{.window}}]");
  EXPECT_EQ(promql::OneLine("a{b=\"never ends"), "a{b=\"never ends");
}

}  // namespace
}  // namespace slogate::spec
