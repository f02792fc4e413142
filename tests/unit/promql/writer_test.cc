#include "promql/writer.h"

#include <gtest/gtest.h>

namespace slogate::promql {
namespace {

using core::LabelMatcher;

TEST(PromqlWriterTest, QuotesWhatCouldEndAString) {
  EXPECT_EQ(Quote(R"(a"b\c)"), R"("a\"b\\c")");
  EXPECT_EQ(Quote("a\nb\x01"), R"("a\nb\x01")");
}

TEST(PromqlWriterTest, WritesEveryOperator) {
  EXPECT_EQ(ToText(std::vector<LabelMatcher>{{"a", LabelMatcher::Op::kEqual, "1"},
                                             {"b", LabelMatcher::Op::kNotEqual, "2"},
                                             {"c", LabelMatcher::Op::kMatch, "3.."},
                                             {"d", LabelMatcher::Op::kNotMatch, "\\d"}}),
            R"(a="1",b!="2",c=~"3..",d!~"\\d")");
  EXPECT_EQ(ToText(std::vector<LabelMatcher>()), "");
}

TEST(PromqlWriterTest, AHostileValueStaysAValue) {
  EXPECT_EQ(NamedSelector({"m"}, {{"a", LabelMatcher::Op::kEqual, R"("} or up{a=")"}}),
            R"({__name__="m",a="\"} or up{a=\""})");
}

TEST(PromqlWriterTest, SeveralNamesBecomeOneEscapedExpression) {
  EXPECT_EQ(NamedSelector({"a.b", "c"}, {}), R"({__name__=~"a\\.b|c"})");
}

TEST(PromqlWriterTest, WritesTimesExactly) {
  EXPECT_EQ(TimeText(core::TimePoint(core::Duration(1'700'000'000'007))), "1700000000.007");
  EXPECT_EQ(DurationText(std::chrono::minutes(1)), "60s");
  EXPECT_EQ(DurationText(core::Duration(1500)), "1500ms");
}

TEST(PromqlWriterTest, FillsTemplatesOnce) {
  const std::vector<LabelMatcher> track = {{"track", LabelMatcher::Op::kEqual, "{{.window}}"}};
  EXPECT_EQ(Fill("sum(increase(m{code=\"5\",{{.track}}}[{{ .window }}]))", "60s", track),
            "sum(increase(m{code=\"5\",track=\"{{.window}}\"}[60s]))");
  EXPECT_EQ(Fill("{{.other}} {{.track", "60s", track), "{{.other}} {{.track");
}

TEST(PromqlWriterTest, ASelectorsBraceMayTouchATemplate) {
  const std::vector<LabelMatcher> track = {{"track", LabelMatcher::Op::kEqual, "canary"}};
  EXPECT_EQ(Fill("m{{{.track}}}[{{.window}}] - n{{{ .track }},code=\"5\"}", "60s", track),
            "m{track=\"canary\"}[60s] - n{track=\"canary\",code=\"5\"}");
}

// Whatever stands beside it: a name that is given already, a comma on either side.
TEST(PromqlWriterTest, WithoutMatchersATrackIsAnySeries) {
  EXPECT_EQ(Fill("m{ {{.track}},code=\"5\"} or {__name__=\"m\",{{.track}}}", "60s", {}),
            "m{ slogate_any=~\".*\",code=\"5\"} or {__name__=\"m\",slogate_any=~\".*\"}");
}

}  // namespace
}  // namespace slogate::promql
