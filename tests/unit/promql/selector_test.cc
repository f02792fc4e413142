#include "promql/selector.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "promql/writer.h"

namespace slogate::promql {
namespace {

using core::LabelMatcher;
using Op = core::LabelMatcher::Op;

TEST(SelectorTextTest, ReadsAMetricName) {
  EXPECT_EQ(ParseSelector("http_requests_total"), (core::Selector{"http_requests_total", {}}));
  EXPECT_EQ(ParseSelector(" job:errors:rate5m { } "), (core::Selector{"job:errors:rate5m", {}}));
}

TEST(SelectorTextTest, ReadsEveryOperatorAndKindOfQuotes) {
  const auto selector = ParseSelector(R"(m{a="1", b!='2',c=~`3\d`,d !~ "4",})");
  ASSERT_TRUE(selector.has_value()) << selector.error().message;
  EXPECT_EQ(*selector, (core::Selector{"m",
                                       {{"a", Op::kEqual, "1"},
                                        {"b", Op::kNotEqual, "2"},
                                        {"c", Op::kMatch, "3\\d"},
                                        {"d", Op::kNotMatch, "4"}}}));
}

TEST(SelectorTextTest, RefusesWhatIsNotAPlainSelector) {
  for (const char* text : {"",
                           "{}",
                           "{a=\"1\"}",
                           "rate(m[5m])",
                           "m[5m]",
                           "m offset 5m",
                           "m + m",
                           "m{a}",
                           "m{a=1}",
                           "m{a=\"1}",
                           "m{a=\"1\"",
                           "m{a=\"1\" b=\"2\"}",
                           "m{,}",
                           "m{a=\"1\",,b=\"2\"}",
                           "m{1=\"a\"}",
                           "m{__name__=\"x\"}",
                           "{__name__=~\"x\"}",
                           "{\"x\",\"y\"}",
                           "m{\"\"=\"x\"}",
                           "m{a=~\"5[..\"}",
                           "m{a==\"1\"}",
                           "m{a=\"\\q\"}",
                           "m{a=\"\\xff\"}",
                           "m}",
                           "5m",
                           "m @ 1",
                           "m{a:b=\"1\"}"}) {
    const auto selector = ParseSelector(text);
    ASSERT_FALSE(selector.has_value()) << text;
    EXPECT_NE(selector.error().message, "") << text;
    EXPECT_NE(selector.error().fix, "") << text;
  }
}

TEST(SelectorTextTest, FixesNameTheCause) {
  EXPECT_NE(ParseSelector("rate(m[5m])").error().fix.find("plain counter"), std::string::npos);
  EXPECT_NE(ParseSelector("m[5m]").error().message.find("range"), std::string::npos);
  EXPECT_NE(ParseSelector("{a=\"1\"}").error().message.find("metric name"), std::string::npos);
}

TEST(SelectorTextTest, ReadsQuotedNamesAndThoseOfTheNameLabel) {
  const core::Selector dotted{"http.requests", {{"service.name", Op::kEqual, "x"}}};
  for (const char* text :
       {R"({"http.requests", "service.name"="x"})", R"({"service.name"="x", 'http.requests'})",
        R"({__name__="http.requests","service.name"='x'})"}) {
    EXPECT_EQ(ParseSelector(text), dotted) << text;
  }
  EXPECT_EQ(ToText(dotted), R"({"http.requests","service.name"="x"})");
  EXPECT_EQ(ToText(core::Selector{"nan", {}}), R"({"nan"})");
  EXPECT_EQ(ToText(core::Selector{"a b", {}}), R"({"a b"})");
  EXPECT_EQ(ParseMatchers(R"("k8s.pod.name"=~"shop-.*")"),
            (std::vector<LabelMatcher>{{"k8s.pod.name", Op::kMatch, "shop-.*"}}));
}

TEST(SelectorTextTest, NamesTheEscapeThatIsNone) {
  const auto selector = ParseSelector(R"(m{path=~"/api/v1/.*\.json"})");
  ASSERT_FALSE(selector);
  EXPECT_EQ(selector.error().message, "has an unknown escape \\. in a string");
  EXPECT_EQ(selector.error().fix, "write \\\\., or put the string in backquotes");
  EXPECT_EQ(selector.error().column, 20);
}

TEST(SelectorTextTest, PatternsMatchWholeValuesAsRe2Does) {
  const auto matches = [](const char* pattern, const char* value) {
    return Matches({"a", Op::kMatch, pattern}, value);
  };
  EXPECT_EQ(matches("5..", "503"), true);
  EXPECT_EQ(matches("5.", "503"), false);
  EXPECT_EQ(matches("(a+)+b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), false);
  EXPECT_EQ(matches("a.b", "a\nb"), true);
  EXPECT_EQ(matches("5[..", "5"), std::nullopt);
  EXPECT_EQ(Matches({"a", Op::kNotMatch, "5.."}, "503"), false);
}

TEST(SelectorTextTest, LimitsTheNumberOfMatchers) {
  std::string text = "m{";
  for (int i = 0; i < 33; ++i) text += "a=\"1\",";
  EXPECT_FALSE(ParseSelector(text + "}").has_value());
}

TEST(SelectorTextTest, ReadsMatchersWithAndWithoutBraces) {
  const std::vector<LabelMatcher> expected = {{"job", Op::kEqual, "shop"},
                                              {"code", Op::kMatch, "5.."}};
  EXPECT_EQ(ParseMatchers("job=\"shop\",code=~\"5..\""), expected);
  EXPECT_EQ(ParseMatchers("{job=\"shop\", code=~\"5..\"}"), expected);
  for (const char* text : {"", "{}", "shop", "job=shop", "m{job=\"shop\"}", "{job=\"shop\"} 5"}) {
    EXPECT_FALSE(ParseMatchers(text).has_value()) << text;
  }
}

TEST(SelectorTextTest, ReadsBackWhatItWrites) {
  std::mt19937 random(2);
  const std::vector<std::string> chunks = {"\"", "\\", "\n",   "\t",   "'",        "`",   "{", "}",
                                           ",",  "x",  "\x01", "\x7f", "\xc3\xa9", "\\n", "=~"};
  for (int i = 0; i < 500; ++i) {
    core::Selector selector{i % 2 == 0 ? "metric:a_1" : "metric.a \"1\"", {}};
    for (auto m = random() % 4; m > 0; --m) {
      std::string value;
      for (auto p = random() % 6; p > 0; --p) value += chunks[random() % chunks.size()];
      selector.matchers.push_back(
          {i % 3 == 0 ? "label" : "label.1", static_cast<Op>(random() % 2), value});
    }
    EXPECT_EQ(ParseSelector(ToText(selector)), selector) << ToText(selector);
    if (selector.matchers.empty()) continue;
    EXPECT_EQ(ParseMatchers(ToText(selector.matchers)), selector.matchers);
  }
}

TEST(SelectorTextTest, LabelNames) {
  EXPECT_TRUE(IsLabelName("_code2"));
  for (const char* bad : {"", "2a", "a-b", "a b", "a\"", "é"})
    EXPECT_FALSE(IsLabelName(bad)) << bad;
}

}  // namespace
}  // namespace slogate::promql
