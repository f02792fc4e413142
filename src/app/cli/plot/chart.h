// Lines over time as an SVG picture: legible on light and on dark, text stays text, no script.
#pragma once

#include <string>
#include <vector>

namespace slogate::app {

struct ChartPoint {
  double x = 0;
  double y = 0;
};

// Which of the picture's colours; each has a dash pattern of its own as well. kMain stands out.
enum class Ink { kMain, kSecond, kThird, kFourth, kFifth, kQuiet };

struct ChartLine {
  std::string name;  // written where the line ends; empty: nowhere
  Ink ink = Ink::kMain;
  std::vector<ChartPoint> points;  // x ascends; NaN breaks the line
};

// A place that matters: a threshold (at a y) or an instant (at an x), in ascending order.
struct ChartMark {
  double at = 0;
  std::string label;
};

struct ChartTick {
  double at = 0;
  std::string label;
};

struct ChartAxis {
  std::string label;
  double from = 0;
  double to = 1;  // above `from`
  std::vector<ChartTick> ticks;
};

struct Chart {
  std::string title;
  std::string subtitle;
  ChartAxis x;
  ChartAxis y;
  std::vector<ChartLine> lines;  // the first is drawn last, above the others
  std::vector<ChartMark> thresholds;
  std::vector<ChartMark> instants;
};

// Pure; any thread. Points outside the axes are drawn at their edge; texts are escaped and cut to
// their place.

// About `most` ticks at round numbers, with `unit` after each: "0 %", "25 %".
std::vector<ChartTick> RoundTicks(double from, double to, int most, const std::string& unit);

// The charts below each other as one document. `title` is what readers of the page hear.
std::string DrawCharts(const std::string& title, const std::vector<Chart>& charts);

}  // namespace slogate::app
