#include "promql/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promql/grammar/placeholders.h"

namespace slogate::promql {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PromqlExpressionTest, AnExpressionIsTakenApart) {
  const Expression text = ReadExpression(
      "sum by (region, code) (rate(x_total{code=~\"5..|}\"}[{{.window}}] offset 1h)) # x{\n"
      "/ on (region) group_left sum(increase(y{}[5m:1m])) or vector(0)");
  ASSERT_EQ(text.uses.size(), 2u);
  EXPECT_EQ(text.uses[0].selector.metric, "x_total");
  ASSERT_EQ(text.uses[0].selector.matchers.size(), 1u);
  EXPECT_EQ(text.uses[0].selector.matchers[0].value, "5..|}");
  EXPECT_EQ(text.uses[0].range, "{{.window}}");
  EXPECT_EQ(text.uses[0].function, "rate");
  EXPECT_EQ(text.uses[1].range, "5m:1m");
  EXPECT_EQ(text.uses[1].function, "increase");
  EXPECT_THAT(text.by, ElementsAre(ElementsAre("code", "region")));
  EXPECT_TRUE(text.aggregates);
  EXPECT_TRUE(text.matches_on);
  ASSERT_EQ(text.operators.size(), 2u);
  EXPECT_EQ(text.operators[0].name, "/");
  EXPECT_EQ(text.operators[0].before, 1u);
  EXPECT_EQ(text.operators[1].name, "or");
}

TEST(PromqlExpressionTest, ATemplateAmongMatchersIsPassedOver) {
  const Expression text =
      ReadExpression("increase(x_total{{{.track}},code=\"500\"}[{{ .window }}])");
  ASSERT_EQ(text.uses.size(), 1u);
  ASSERT_EQ(text.uses[0].selector.matchers.size(), 1u);
  EXPECT_EQ(text.uses[0].selector.matchers[0].name, "code");
}

TEST(PromqlExpressionTest, AQuotedMetricIsAMetric) {
  const Expression text = ReadExpression("rate({\"http.requests_total\", job=\"shop\"}[5m])");
  ASSERT_EQ(text.uses.size(), 1u);
  EXPECT_EQ(text.uses[0].selector.metric, "http.requests_total");
  EXPECT_EQ(text.uses[0].range, "5m");
  EXPECT_EQ(text.uses[0].function, "rate");
}

TEST(PromqlExpressionTest, WhatIsNoPromqlTakesNothing) {
  EXPECT_THAT(ReadExpression("{{ foo }} + 1").uses, IsEmpty());
}

TEST(PromqlExpressionTest, TextsAreUtf8) {
  const Expression text = ReadExpression("x{a=\"\\xff\"}");
  ASSERT_EQ(text.uses.size(), 1u);
  EXPECT_EQ(text.uses[0].selector.matchers[0].value, "?");
}

TEST(PromqlExpressionTest, NoTextIsTooBroken) {
  for (const char* const text :
       {"", "{{", "{{.", "x{", "x[", "x{a=\"", "\"", "))((", "sum by (a", "{{}}{", "x{{{", "by",
        "[]", "x{a=\"\\", "-", "{__name__=~\"a\"}"}) {
    EXPECT_LE(ReadExpression(text).uses.size(), 1u) << text;
  }
}

TEST(PromqlExpressionTest, FindsNamesInQuotes) {
  EXPECT_TRUE(HasQuotedNames("sum(rate({\"http.requests\"}[5m]))"));
  EXPECT_TRUE(HasQuotedNames("x{\"a.b\"=~\"c\"}"));
  EXPECT_TRUE(HasQuotedNames("x{a=\"b\",\"a.b\"!=\"c\"}"));
  EXPECT_FALSE(HasQuotedNames("label_replace(x{a=\"b\"}, \"c\", \"$1\", \"d\", \"e\")"));
  EXPECT_FALSE(HasQuotedNames(""));
}

TEST(PromqlExpressionTest, TheWindowIsFoundHoweverItIsSpaced) {
  EXPECT_TRUE(HasWindow("x[{{.window}}]"));
  EXPECT_TRUE(HasWindow("x{ {{.track}} }[{{  .window }}]"));
  EXPECT_FALSE(HasWindow("x[5m]"));
  EXPECT_FALSE(HasWindow("x{{{.track}}}[5m]"));
}

}  // namespace
}  // namespace slogate::promql
