#include <gtest/gtest.h>

#include <regex>

#include "adapters/prometheus/api/query_text.h"

namespace slogate::adapters::prometheus {
namespace {

using core::LabelMatcher;

TEST(PromqlTest, QuotesWhatCouldEndAString) {
  EXPECT_EQ(Quote(R"(a"b\c)"), R"("a\"b\\c")");
  EXPECT_EQ(Quote("a\nb\x01"), R"("a\nb\x01")");
}

TEST(PromqlTest, RendersEveryOperator) {
  EXPECT_EQ(RenderMatchers({{"a", LabelMatcher::Op::kEqual, "1"},
                            {"b", LabelMatcher::Op::kNotEqual, "2"},
                            {"c", LabelMatcher::Op::kMatch, "3.."},
                            {"d", LabelMatcher::Op::kNotMatch, "\\d"}}),
            R"(a="1",b!="2",c=~"3..",d!~"\\d")");
  EXPECT_EQ(RenderMatchers({}), "");
}

TEST(PromqlTest, AHostileValueStaysAValue) {
  EXPECT_EQ(RenderSelector({"m"}, {{"a", LabelMatcher::Op::kEqual, R"("} or up{a=")"}}),
            R"({__name__="m",a="\"} or up{a=\""})");
}

TEST(PromqlTest, SeveralNamesBecomeOneEscapedExpression) {
  EXPECT_EQ(RenderSelector({"a.b", "c"}, {}), R"({__name__=~"a\\.b|c"})");
}

TEST(PromqlTest, LabelNames) {
  EXPECT_TRUE(IsLabelName("_code2"));
  for (const char* bad : {"", "2a", "a-b", "a b", "a\"", "é"})
    EXPECT_FALSE(IsLabelName(bad)) << bad;
}

TEST(PromqlTest, RendersTimesExactly) {
  EXPECT_EQ(RenderTime(core::TimePoint(core::Duration(1'700'000'000'007))), "1700000000.007");
  EXPECT_EQ(RenderDuration(std::chrono::minutes(1)), "60s");
  EXPECT_EQ(RenderDuration(core::Duration(1500)), "1500ms");
}

TEST(PromqlTest, FillsTemplatesOnce) {
  const std::vector<LabelMatcher> track = {{"track", LabelMatcher::Op::kEqual, "{{.window}}"}};
  EXPECT_EQ(FillTemplate("sum(increase(m{code=\"5\",{{.track}}}[{{ .window }}]))",
                         std::chrono::seconds(60), track),
            "sum(increase(m{code=\"5\",track=\"{{.window}}\"}[60s]))");
  EXPECT_EQ(FillTemplate("{{.other}} {{.track", std::chrono::seconds(60), track),
            "{{.other}} {{.track");
}

TEST(PromqlTest, ASelectorsBraceMayTouchATemplate) {
  const std::vector<LabelMatcher> track = {{"track", LabelMatcher::Op::kEqual, "canary"}};
  EXPECT_EQ(FillTemplate("m{{{.track}}}[{{.window}}] - n{{{ .track }},code=\"5\"}",
                         std::chrono::seconds(60), track),
            "m{track=\"canary\"}[60s] - n{track=\"canary\",code=\"5\"}");
}

// Whatever stands beside it: a name that is given already, a comma on either side.
TEST(PromqlTest, WithoutMatchersAnTrackIsAnySeries) {
  EXPECT_EQ(FillTemplate("m{ {{.track}},code=\"5\"} or {__name__=\"m\",{{.track}}}",
                         std::chrono::seconds(60), {}),
            "m{ slogate_any=~\".*\",code=\"5\"} or {__name__=\"m\",slogate_any=~\".*\"}");
}

TEST(PromqlTest, BoundsMatchBySizeNotBySpelling) {
  for (const char* label : {"0.3", "0.30", "00.3", "3e-01", "+0.3", ".3"}) {
    EXPECT_TRUE(IsBound(label, 0.3)) << label;
  }
  for (const char* label : {"", "0.31", "3", "0.3s", "NaN", "+Inf"}) {
    EXPECT_FALSE(IsBound(label, 0.3)) << label;
  }
  EXPECT_TRUE(IsBound("1.0", 1));
}

TEST(PromqlTest, TheBoundExpressionFindsEverySpelling) {
  const auto matches = [](double bound, const char* label) {
    return std::regex_match(label, std::regex(RegexOfBound(bound)));
  };
  for (const char* label : {"0.3", "0.30", ".3", "3e-01", "3e-1", "3.0E-1"}) {
    EXPECT_TRUE(matches(0.3, label)) << label;
  }
  for (const char* label : {"0.03", "3", "0.31", "10.3", "0x3", "-0.3"}) {
    EXPECT_FALSE(matches(0.3, label)) << label;
  }
  for (const char* label : {"1", "1.0", "1.", "01", "1e0", "1e+00"}) {
    EXPECT_TRUE(matches(1, label)) << label;
  }
  EXPECT_TRUE(matches(2.5, "2.50"));
  EXPECT_TRUE(matches(2.5, "2.5e+00"));
  EXPECT_TRUE(matches(1500, "1500.0"));
  EXPECT_TRUE(matches(1500, "1.5e+03"));
  EXPECT_TRUE(matches(1e-05, "1e-05"));
  EXPECT_TRUE(matches(1e-05, "0.00001"));
  EXPECT_TRUE(matches(0, "0.0"));
  EXPECT_FALSE(matches(10, "100"));
}

TEST(PromqlTest, ForeignTextBecomesOneShortLine) {
  EXPECT_EQ(Shorten("a\nb"), "a b");
  EXPECT_LE(Shorten(std::string(5000, 'x')).size(), 310U);
}

}  // namespace
}  // namespace slogate::adapters::prometheus
