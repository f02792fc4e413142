#include "spec/foreign/query_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promql/grammar/parser.h"

namespace slogate::spec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

QueryGroups Groups(const std::string& text) {
  const auto tree = promql::Parse(text, promql::Placeholders::kFill);
  return tree ? GroupsOf(*tree) : QueryGroups();
}

std::string Value(const std::string& text) {
  return ValueReadBy(promql::Parse(text, promql::Placeholders::kFill).value());
}

TEST(QueryGroupsTest, LabelsOfTheOutermostAggregation) {
  EXPECT_THAT(Groups("sum by (b, a) (rate(x[5m]))").by, ElementsAre("a", "b"));
  EXPECT_THAT(Groups("(sum(rate(x[5m])) by (a))").by, ElementsAre("a"));
  EXPECT_THAT(Groups("sum(sum by (a) (rate(x[5m])))").by, IsEmpty());
  EXPECT_THAT(Groups("sum by () (rate(x[5m]))").by, IsEmpty());
  EXPECT_FALSE(Groups("sum by (a) (rate(x[5m]))").unsummed);
}

TEST(QueryGroupsTest, LabelsOfEveryOperandAndArgument) {
  EXPECT_THAT(Groups("sum by (a) (x) / on (a) group_left () sum by (a, b) (y)").by,
              ElementsAre("a", "b"));
  EXPECT_THAT(Groups("clamp_max(sum by (a) (x), 1)").by, ElementsAre("a"));
  EXPECT_THAT(Groups("sum by (a) (x) or vector(0)").by, ElementsAre("a"));
  EXPECT_THAT(Groups("avg_over_time((sum by (a) (rate(x[5m])))[{{.window}}:1m])").by,
              ElementsAre("a"));
  EXPECT_THAT(Groups("sum(x) - -sum by (a) (y)").by, ElementsAre("a"));
}

TEST(QueryGroupsTest, WithoutAndSeriesAsTheyAre) {
  EXPECT_TRUE(Groups("sum without (pod) (rate(x[5m]))").without);
  EXPECT_TRUE(Groups("sum(rate(x[5m])) without (pod)").Grouped());
  EXPECT_TRUE(Groups("rate(x[5m])").unsummed);
  EXPECT_TRUE(Groups("{job=\"a\"}").unsummed);
  EXPECT_FALSE(Groups("scalar(sum(x)) * 2 + vector(1)").unsummed);
}

TEST(QueryGroupsTest, AnyTextIsRead) {
  for (const char* text : {"", "(", ")", "sum by", "sum by (", "sum(", "by (a)", "((((", "a[", "}{",
                           "sum by (a", "1 + ", "rate(", "sum()"}) {
    EXPECT_FALSE(Groups(text).without) << text;
  }
  EXPECT_THAT(Groups(std::string(100'000, '(') + "sum by (a) (x)").by, IsEmpty());
}

TEST(ValueReadByTest, NamesTheFirstRateOrGauge) {
  EXPECT_EQ(Value("sum(avg_over_time(job:errors:rate5m{a=\"b\"}[{{.window}}]))"),
            "avg_over_time of job:errors:rate5m{a=\"b\"}");
  EXPECT_EQ(Value("sum(rate(x_total[{{.window}}]))"), "");
  EXPECT_EQ(Value("sum(sum_over_time(up[{{.window}}]))"), "");
  EXPECT_EQ(Value("avg_over_time(sum(rate(x_total[5m]))[{{.window}}:1m])"), "");
}

}  // namespace
}  // namespace slogate::spec
