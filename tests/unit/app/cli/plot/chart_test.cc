#include "app/cli/plot/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <string>
#include <vector>

#include "app/cli/terminal/span.h"

namespace slogate::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Chart TwoLines() {
  Chart chart;
  chart.title = "Rolled back";
  chart.subtitle = "over time";
  chart.x = {"minutes", 0, 10, RoundTicks(0, 10, 5, "")};
  chart.y = {"", 0, 100, RoundTicks(0, 100, 4, "%")};
  chart.lines = {{"gate", Ink::kMain, {{0, 0}, {5, 50}, {10, 50}}},
                 {"rival", Ink::kSecond, {{0, 0}, {10, 52}}}};
  return chart;
}

std::vector<std::string> Labels(const std::vector<ChartTick>& ticks) {
  std::vector<std::string> labels;
  for (const ChartTick& tick : ticks) labels.push_back(tick.label);
  return labels;
}

// The heights at which texts of a class are written.
std::vector<double> HeightsOf(const std::string& kind, const std::string& svg) {
  std::vector<double> heights;
  const std::regex text("<text x=\"[0-9.]+\" y=\"([0-9.]+)\" class=\"" + kind + "\">");
  for (std::sregex_iterator i(svg.begin(), svg.end(), text); i != std::sregex_iterator(); ++i) {
    heights.push_back(std::stod((*i)[1]));
  }
  return heights;
}

TEST(RoundTicksTest, AreAtRoundNumbers) {
  EXPECT_THAT(Labels(RoundTicks(0, 60, 8, "")),
              ElementsAre("0", "10", "20", "30", "40", "50", "60"));
  EXPECT_THAT(Labels(RoundTicks(0, 1.15, 5, "%")),
              ElementsAre("0 %", "0.25 %", "0.5 %", "0.75 %", "1 %"));
  EXPECT_THAT(Labels(RoundTicks(-2, 2, 4, "")), ElementsAre("-2", "-1", "0", "1", "2"));
  EXPECT_TRUE(RoundTicks(1, 1, 5, "").empty());
  EXPECT_TRUE(RoundTicks(0, std::nan(""), 5, "").empty());
  EXPECT_TRUE(RoundTicks(0, HUGE_VAL, 5, "").empty());
}

TEST(DrawChartsTest, WritesTextAsText) {
  const std::string svg = DrawCharts("A <b> & \"c\"", {TwoLines()});
  EXPECT_THAT(svg, HasSubstr("<title>A &lt;b&gt; &amp; &quot;c&quot;</title>"));
  EXPECT_THAT(svg, HasSubstr(">Rolled back</text>"));
  EXPECT_THAT(svg, HasSubstr(">gate</text>"));
  EXPECT_THAT(svg, HasSubstr(">50 %</text>"));
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
}

TEST(DrawChartsTest, DrawsTheFirstLineAboveTheOthers) {
  const std::string svg = DrawCharts("t", {TwoLines()});
  EXPECT_LT(svg.find("class=\"line second\""), svg.find("class=\"line main\""));
}

TEST(DrawChartsTest, KeepsNamesApart) {
  Chart chart = TwoLines();
  chart.lines.push_back({"third", Ink::kThird, {{0, 0}, {10, 51}}});
  const std::string svg = DrawCharts("t", {chart});
  const double gate = HeightsOf("main", svg).at(0);
  const double third = HeightsOf("third", svg).at(0);
  const double rival = HeightsOf("second", svg).at(0);
  EXPECT_GE(third - rival, 15.9);
  EXPECT_GE(gate - third, 15.9);
}

TEST(DrawChartsTest, KeepsNamesWithinThePicture) {
  Chart chart = TwoLines();
  chart.lines = {{"a", Ink::kMain, {{0, 0}, {10, 0}}}, {"b", Ink::kSecond, {{0, 0}, {10, 0}}}};
  const std::string svg = DrawCharts("t", {chart});
  EXPECT_LT(HeightsOf("main", svg).at(0), 280);
  EXPECT_LT(HeightsOf("second", svg).at(0), 280);
  EXPECT_GE(std::abs(HeightsOf("main", svg).at(0) - HeightsOf("second", svg).at(0)), 15.9);
}

TEST(DrawChartsTest, BreaksLinesWhereNothingIsKnown) {
  Chart chart = TwoLines();
  chart.lines = {{"a", Ink::kMain, {{0, 0}, {2, 10}, {4, std::nan("")}, {6, 20}, {8, 30}}}};
  const std::string svg = DrawCharts("t", {chart});
  const std::regex line("class=\"line main\" d=\"M[^M]*L[^M]*M[^M]*L[^M]*\"");
  EXPECT_TRUE(std::regex_search(svg, line)) << svg;
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(DrawChartsTest, DrawsPointsBeyondTheAxesAtTheirEdge) {
  Chart chart = TwoLines();
  chart.lines = {{"a", Ink::kMain, {{-5, -1e9}, {1e9, 1e9}}}};
  chart.thresholds = {{1e9, "far"}};
  const std::string svg = DrawCharts("t", {chart});
  EXPECT_THAT(svg, HasSubstr("d=\"M70.0 268.0L"));
  EXPECT_THAT(svg, HasSubstr("L600.0 58.0\""));
}

TEST(DrawChartsTest, StacksCharts) {
  const std::string one = DrawCharts("t", {TwoLines()});
  const std::string two = DrawCharts("t", {TwoLines(), TwoLines()});
  EXPECT_THAT(one, HasSubstr("height=\"320\""));
  EXPECT_THAT(two, HasSubstr("height=\"640\""));
}

TEST(EscapedTest, LeavesNothingThatIsMarkup) {
  EXPECT_THAT(EscapedXml("<\"&>\x1b"), Not(HasSubstr("\x1b")));
  EXPECT_EQ(EscapedXml("<\"&>"), "&lt;&quot;&amp;&gt;");
}

}  // namespace
}  // namespace slogate::app
