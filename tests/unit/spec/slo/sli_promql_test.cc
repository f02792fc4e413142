// What the PromQL of an indicator counts, as Prometheus' own engine evaluates it.
#include "spec/slo/sli_promql.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "promql/selector.h"
#include "support/built_servers.h"
#include "support/process.h"

namespace slogate::spec {
namespace {

using core::Indicator;
using core::Selector;

// A series in promtool's notation, a sample a minute.
struct Series {
  std::string name;
  std::string values;
};

// One expected sample; the label set as promtool writes it, such as {} or {region="eu"}.
struct Sample {
  std::string labels;
  double value = 0;
};

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? "''" : std::string(1, letter);
  return quoted + "'";
}

std::string TestFile(const std::vector<Series>& series, const std::string& expression,
                     const std::vector<Sample>& expected) {
  std::string text =
      "rule_files: []\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n";
  for (const Series& one : series) {
    text +=
        "      - series: " + Quoted(one.name) + "\n        values: " + Quoted(one.values) + "\n";
  }
  text += "    promql_expr_test:\n      - expr: " + Quoted(expression) +
          "\n        eval_time: 5m\n        exp_samples:";
  if (expected.empty()) text += " []";
  for (const Sample& sample : expected) {
    text += "\n          - labels: " + Quoted(sample.labels) +
            "\n            value: " + std::to_string(std::llround(sample.value * 1e6));
  }
  return text + "\n";
}

// The words of promtool about a mismatch; empty: the expression gave exactly `expected`, to the
// sixth decimal.
std::string Differs(const std::vector<Series>& series, const std::string& expression,
                    const std::vector<Sample>& expected) {
  const demo::TemporaryFolder folder("slogate-promql-");
  demo::WriteFile(folder.File("test.yaml"),
                  TestFile(series, "round((" + expression + ") * 1e6)", expected));
  testing::Process promtool = testing::Process::Start(
      {{testing::PromtoolProgram(), "test", "rules", folder.File("test.yaml")},
       {},
       folder.File("log")});
  const auto code = promtool.Wait(std::chrono::seconds(60));
  if (code == 0) return "";
  return demo::ReadFile(folder.File("log")) + "\nof " + expression;
}

Selector Select(const std::string& text) { return promql::ParseSelector(text).value(); }

core::CounterIndicator BadOf(const std::string& total, const std::string& bad) {
  return {Select(total), Select(bad), false};
}

core::CounterIndicator GoodOf(const std::string& total, const std::string& good) {
  return {Select(total), Select(good), true};
}

// Asserts what five minutes hold.
void ExpectCounts(const std::vector<Series>& series, const Indicator& indicator, double total,
                  double bad, double ratio) {
  const SliPromql promql = PromqlOf(indicator, "5m");
  EXPECT_EQ(Differs(series, promql.total, {{"{}", total}}), "");
  EXPECT_EQ(Differs(series, promql.bad, {{"{}", bad}}), "");
  EXPECT_EQ(Differs(series, promql.ratio, {{"{}", ratio}}), "");
}

const std::vector<Series> kRequests = {
    {R"(requests{code="200",region="eu"})", "0+90x5"},
    {R"(requests{code="500",region="eu"})", "0+10x5"},
    {R"(requests{code="200",region="us"})", "0+100x5"},
};

TEST(SliPromqlTest, CountsBadEventsOfCounters) {
  ExpectCounts(kRequests, BadOf("requests", R"(requests{code=~"5.."})"), 1000, 50, 0.05);
}

TEST(SliPromqlTest, CountsBadEventsAsTheRestOfGoodOnes) {
  ExpectCounts(kRequests, GoodOf("requests", R"(requests{code!~"5.."})"), 1000, 50, 0.05);
}

TEST(SliPromqlTest, NoBadSeriesMeansNoBadEvents) {
  ExpectCounts(kRequests, BadOf("requests", R"(requests{code="418"})"), 1000, 0, 0);
}

TEST(SliPromqlTest, GoodEventsThatAreNotANumberDoNotMakeAllBad) {
  const std::vector<Series> series = {{"calls", "0+100x5"}, {"good", "0 90 180 270 360 NaN"}};
  const SliPromql promql = PromqlOf(GoodOf("calls", "good"), "5m");
  EXPECT_EQ(Differs(series, promql.bad, {}), "");
  EXPECT_EQ(Differs(series, promql.ratio, {}), "");
}

TEST(SliPromqlTest, BadEventsThatAreNotANumberAreNotNone) {
  const std::vector<Series> series = {{"calls", "0+100x5"}, {"failures", "0 10 20 30 40 NaN"}};
  const SliPromql promql = PromqlOf(BadOf("calls", "failures"), "5m");
  EXPECT_EQ(Differs(series, promql.bad, {}), "");
  EXPECT_EQ(Differs(series, promql.ratio, {}), "");
}

TEST(SliPromqlTest, ABucketThatIsACounterIsCountedHoweverItsBoundIsSpelled) {
  for (const std::string spelling : {"3", "3.0"}) {
    const std::vector<Series> series = {{"seconds_count", "0+100x5"},
                                        {R"(seconds_bucket{le=")" + spelling + R"("})", "0+90x5"}};
    for (const char* const good : {R"(seconds_bucket{le="3"})", R"(seconds_bucket{le="3.0"})"}) {
      ExpectCounts(series, GoodOf("seconds_count", good), 500, 50, 0.1);
    }
  }
}

TEST(SliPromqlTest, NoGoodSeriesMeansThatAllAreBad) {
  ExpectCounts(kRequests, GoodOf("requests", R"(requests{code="204"})"), 1000, 1000, 1);
}

TEST(SliPromqlTest, NoSeriesGivesNoNumber) {
  const SliPromql promql = PromqlOf(BadOf("absent", R"(requests{code="500"})"), "5m");
  EXPECT_EQ(Differs(kRequests, promql.total, {}), "");
  EXPECT_EQ(Differs(kRequests, promql.ratio, {}), "");
}

TEST(SliPromqlTest, NoEventsGiveNoRatio) {
  const std::vector<Series> idle = {{R"(requests{code="200"})", "7x5"}};
  const SliPromql promql = PromqlOf(BadOf("requests", R"(requests{code="500"})"), "5m");
  EXPECT_EQ(Differs(idle, promql.total, {{"{}", 0}}), "");
  EXPECT_EQ(Differs(idle, promql.bad, {{"{}", 0}}), "");
  EXPECT_EQ(Differs(idle, promql.ratio, {}), "");
}

TEST(SliPromqlTest, NanOfOneSeriesLeavesOnlyThatSeriesOut) {
  std::vector<Series> series = kRequests;
  series.push_back({R"(requests{code="500",region="asia"})", "0 10 20 30 40 NaN"});
  ExpectCounts(series, BadOf("requests", R"(requests{code=~"5.."})"), 1000, 50, 0.05);
}

TEST(SliPromqlTest, KeepsTheLabelsOfCohorts) {
  const SliPromql promql =
      PromqlOf(BadOf("requests", R"(requests{code=~"5.."})"), "5m", {"region"});
  const std::string eu = R"({region="eu"})";
  const std::string us = R"({region="us"})";
  EXPECT_EQ(Differs(kRequests, promql.total, {{eu, 500}, {us, 500}}), "");
  EXPECT_EQ(Differs(kRequests, promql.bad, {{eu, 50}, {us, 0}}), "");
  EXPECT_EQ(Differs(kRequests, promql.ratio, {{eu, 0.1}, {us, 0}}), "");
}

std::vector<Series> Latency(const std::string& bound) {
  return {{"latency_bucket{le=\"0.1\"}", "0+50x5"},
          {"latency_bucket{le=\"" + bound + "\"}", "0+95x5"},
          {"latency_bucket{le=\"+Inf\"}", "0+100x5"},
          {"latency_count", "0+100x5"}};
}

TEST(SliPromqlTest, FindsTheBucketHoweverItsBoundIsSpelt) {
  const core::HistogramIndicator histogram{Select("latency"), 3};
  for (const char* spelling : {"3", "3.0", "3e+00"}) {
    ExpectCounts(Latency(spelling), histogram, 500, 25, 0.05);
  }
}

TEST(SliPromqlTest, ThresholdThatIsNoBucketGivesNoBadEvents) {
  const SliPromql promql = PromqlOf(core::HistogramIndicator{Select("latency"), 2.5}, "5m");
  EXPECT_EQ(Differs(Latency("3"), promql.total, {{"{}", 500}}), "");
  EXPECT_EQ(Differs(Latency("3"), promql.bad, {}), "");
  EXPECT_EQ(Differs(Latency("3"), promql.ratio, {}), "");
}

TEST(SliPromqlTest, CountsRatesOverTheWindow) {
  core::PromqlIndicator promql;
  promql.total = "sum(rate(requests[{{.window}}]))";
  promql.part = R"(sum(rate(requests{code="500"}[{{ .window }}])))";
  promql.per_second = true;
  ExpectCounts(kRequests, promql, 1000, 50, 0.05);
}

TEST(SliPromqlTest, CountsTheEventsOfAQuery) {
  core::PromqlIndicator promql;
  promql.total = "increase(requests[{{.window}}])";
  promql.part = R"(increase(requests{code="200"}[{{.window}}]))";
  promql.part_is_good = true;
  ExpectCounts(kRequests, promql, 1000, 50, 0.05);
}

TEST(SliPromqlTest, MissingScoreIsBad) {
  const std::vector<Series> series = {{"graded", "0+10x5"}, {"scores", "0+8x5"}};
  ExpectCounts(series, core::ScoreIndicator{Select("graded"), Select("scores"), std::nullopt}, 50,
               10, 0.2);
}

TEST(SliPromqlTest, ScoreHistogramHasItsSum) {
  const std::vector<Series> series = {{"score_count", "0+10x5"}, {"score_sum", "0+8x5"}};
  ExpectCounts(series, core::ScoreHistogramIndicator{Select("score")}, 50, 10, 0.2);
}

TEST(SliPromqlTest, RatioIsAllThatIsKnownOfARatio) {
  const core::RatioIndicator ratio{
      R"(sum(rate(requests{code="500"}[{{.window}}])) / sum(rate(requests[{{.window}}])))"};
  const SliPromql promql = PromqlOf(ratio, "5m");
  EXPECT_EQ(promql.total, "");
  EXPECT_EQ(promql.bad, "");
  EXPECT_EQ(Differs(kRequests, promql.ratio, {{"{}", 0.05}}), "");
}

TEST(SliPromqlTest, QuotesWhatItIsGiven) {
  const SliPromql promql =
      PromqlOf(BadOf("requests", R"(requests{code="\"} or vector(1) or up{a=\""})"), "5m");
  EXPECT_EQ(Differs(kRequests, promql.bad, {{"{}", 0}}), "");
}

TEST(PromqlDurationTest, IsTheLargestExactUnit) {
  using std::chrono::hours;
  EXPECT_EQ(PromqlDuration(hours(24 * 30)), "30d");
  EXPECT_EQ(PromqlDuration(hours(24 * 28)), "4w");
  EXPECT_EQ(PromqlDuration(hours(1)), "1h");
  EXPECT_EQ(PromqlDuration(std::chrono::minutes(90)), "90m");
  EXPECT_EQ(PromqlDuration(core::Duration(1500)), "1500ms");
}

}  // namespace
}  // namespace slogate::spec
