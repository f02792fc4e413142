#include "spec/foreign/query_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slogate::spec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(QueryGroupsTest, LabelsOfTheOutermostAggregation) {
  EXPECT_THAT(GroupsOf("sum by (b, a) (rate(x[5m]))").by, ElementsAre("a", "b"));
  EXPECT_THAT(GroupsOf("(sum(rate(x[5m])) by (a))").by, ElementsAre("a"));
  EXPECT_THAT(GroupsOf("sum(sum by (a) (rate(x[5m])))").by, IsEmpty());
  EXPECT_THAT(GroupsOf("sum by () (rate(x[5m]))").by, IsEmpty());
  EXPECT_FALSE(GroupsOf("sum by (a) (rate(x[5m]))").unsummed);
}

TEST(QueryGroupsTest, LabelsOfEveryOperandAndArgument) {
  EXPECT_THAT(GroupsOf("sum by (a) (x) / on (a) group_left () sum by (a, b) (y)").by,
              ElementsAre("a", "b"));
  EXPECT_THAT(GroupsOf("clamp_max(sum by (a) (x), 1)").by, ElementsAre("a"));
  EXPECT_THAT(GroupsOf("sum by (a) (x) or vector(0)").by, ElementsAre("a"));
  EXPECT_THAT(GroupsOf("avg_over_time((sum by (a) (rate(x[5m])))[{{.window}}:1m])").by,
              ElementsAre("a"));
  EXPECT_THAT(GroupsOf("sum(x) - -sum by (a) (y)").by, ElementsAre("a"));
}

TEST(QueryGroupsTest, WithoutAndSeriesAsTheyAre) {
  EXPECT_TRUE(GroupsOf("sum without (pod) (rate(x[5m]))").without);
  EXPECT_TRUE(GroupsOf("sum(rate(x[5m])) without (pod)").Grouped());
  EXPECT_TRUE(GroupsOf("rate(x[5m])").unsummed);
  EXPECT_TRUE(GroupsOf("{job=\"a\"}").unsummed);
  EXPECT_FALSE(GroupsOf("scalar(sum(x)) * 2 + vector(1)").unsummed);
}

TEST(QueryGroupsTest, AnyTextIsRead) {
  for (const char* text : {"", "(", ")", "sum by", "sum by (", "sum(", "by (a)", "((((", "a[", "}{",
                           "sum by (a", "1 + ", "rate(", "sum()"}) {
    EXPECT_FALSE(GroupsOf(text).without) << text;
  }
  EXPECT_THAT(GroupsOf(std::string(100'000, '(') + "sum by (a) (x)").by, IsEmpty());
}

TEST(ValueReadByTest, NamesTheFirstRateOrGauge) {
  EXPECT_EQ(ValueReadBy("sum(avg_over_time(job:errors:rate5m{a=\"b\"}[{{.window}}]))"),
            "avg_over_time of job:errors:rate5m{a=\"b\"}");
  EXPECT_EQ(ValueReadBy("sum(rate(x_total[{{.window}}]))"), "");
  EXPECT_EQ(ValueReadBy("sum(sum_over_time(up[{{.window}}]))"), "");
  EXPECT_EQ(ValueReadBy("avg_over_time(sum(rate(x_total[5m]))[{{.window}}:1m])"), "");
}

}  // namespace
}  // namespace slogate::spec
