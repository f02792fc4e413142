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
    core::Selector selector{"metric:a_1", {}};
    for (auto m = random() % 4; m > 0; --m) {
      std::string value;
      for (auto p = random() % 6; p > 0; --p) value += chunks[random() % chunks.size()];
      selector.matchers.push_back({"label", static_cast<Op>(random() % 4), value});
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
