#include "app/cli/plot/chart.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "app/cli/terminal/span.h"
#include "slogate/core/words.h"

namespace slogate::app {
namespace {

constexpr int kWidth = 810;
constexpr int kLeft = 70;
constexpr int kRight = 600;  // names of the lines beyond
constexpr int kHead = 58;    // title and subtitle
constexpr int kBody = 210;
constexpr int kFoot = 52;  // ticks and the name of the axis
constexpr int kPanel = kHead + kBody + kFoot;
constexpr double kNameHeight = 16;
constexpr std::size_t kLongestTitle = 80;
constexpr std::size_t kLongestSubtitle = 110;
constexpr std::size_t kLongestLineName = 28;
constexpr double kLetter = 6.6;  // of a text, about
constexpr double kLine = 14;

constexpr const char* kChartStyle = R"(<style>
  text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: #59636e; }
  .title { font-weight: 600; font-size: 15px; fill: #1f2328; }
  .axis { stroke: #8c959f; stroke-width: 1; }
  .grid { stroke: #8c959f; stroke-width: 1; opacity: .25; }
  .mark { stroke: #59636e; stroke-width: 1; stroke-dasharray: 2 3; }
  .lead { stroke: #8c959f; stroke-width: 1; opacity: .6; fill: none; }
  .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
  .main { stroke: #0969da; stroke-width: 3; }
  .second { stroke: #bc4c00; stroke-dasharray: 7 3; }
  .third { stroke: #1a7f37; stroke-dasharray: 2 3; }
  .fourth { stroke: #8250df; stroke-dasharray: 10 3 2 3; }
  .fifth { stroke: #bf3989; stroke-dasharray: 4 4; }
  .quiet { stroke: #8c959f; }
  text.main { stroke: none; fill: #0969da; font-weight: 600; }
  text.second { stroke: none; fill: #bc4c00; }
  text.third { stroke: none; fill: #1a7f37; }
  text.fourth { stroke: none; fill: #8250df; }
  text.fifth { stroke: none; fill: #bf3989; }
  text.quiet { stroke: none; fill: #59636e; }
  @media (prefers-color-scheme: dark) {
    text, text.quiet { fill: #9198a1; }
    .title { fill: #f0f6fc; }
    .mark { stroke: #9198a1; }
    .main { stroke: #58a6ff; }
    .second { stroke: #f0883e; }
    .third { stroke: #3fb950; }
    .fourth { stroke: #bc8cff; }
    .fifth { stroke: #f778ba; }
    text.main { fill: #58a6ff; }
    text.second { fill: #f0883e; }
    text.third { fill: #3fb950; }
    text.fourth { fill: #bc8cff; }
    text.fifth { fill: #f778ba; }
  }
</style>
)";

// A coordinate, to a tenth of a pixel.
std::string Pixels(double value) { return Fixed(value, 1); }

std::string ClassOf(Ink ink) {
  return std::string(
      core::WordOf<Ink::kQuiet>(ink, {"main", "second", "third", "fourth", "fifth", "quiet"}));
}

// With the colours of light and of dark; "</svg>" closes it.
std::string OpenPicture(int width, int height, std::string_view title) {
  const std::string size = std::to_string(width) + "\" height=\"" + std::to_string(height);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(width) + " " +
         std::to_string(height) + "\" width=\"" + size + "\" role=\"img\">\n<title>" +
         EscapedXml(title) + "</title>\n" + kChartStyle;
}

// Where values of one chart are in the picture.
class Frame {
 public:
  Frame(const Chart& chart, int top) : chart_(chart), top_(top) {}

  double top() const { return top_; }
  double bottom() const { return top_ + kBody; }
  double X(double value) const { return kLeft + (kRight - kLeft) * Share(chart_.x, value); }
  double Y(double value) const { return bottom() - kBody * Share(chart_.y, value); }

 private:
  static double Share(const ChartAxis& axis, double value) {
    return std::clamp((value - axis.from) / (axis.to - axis.from), 0.0, 1.0);
  }

  const Chart& chart_;
  double top_;
};

std::string TextTag(double x, double y, const char* anchor, const std::string& kind,
                    const std::string& text) {
  std::string tag = "<text x=\"" + Pixels(x) + "\" y=\"" + Pixels(y) + "\"";
  if (*anchor != '\0') tag += std::string(" text-anchor=\"") + anchor + "\"";
  if (!kind.empty()) tag += " class=\"" + kind + "\"";
  return tag + ">" + EscapedXml(text) + "</text>\n";
}

void DrawAxes(const Chart& chart, const Frame& frame, std::ostream& svg) {
  for (const ChartTick& tick : chart.y.ticks) {
    const double y = frame.Y(tick.at);
    svg << "<path class=\"grid\" d=\"M" << kLeft << ' ' << Pixels(y) << "H" << kRight << "\"/>\n"
        << TextTag(kLeft - 8, y + 4, "end", "", tick.label);
  }
  svg << "<path class=\"axis\" d=\"M" << kLeft << ' ' << Pixels(frame.bottom()) << "H" << kRight
      << "\"/>\n";
  for (const ChartTick& tick : chart.x.ticks) {
    svg << TextTag(frame.X(tick.at), frame.bottom() + 18, "middle", "", tick.label);
  }
  svg << TextTag((kLeft + kRight) / 2.0, frame.bottom() + 36, "middle", "", chart.x.label);
}

void DrawThresholds(const Chart& chart, const Frame& frame, std::ostream& svg) {
  for (const ChartMark& mark : chart.thresholds) {
    svg << "<path class=\"mark\" d=\"M" << kLeft << ' ' << Pixels(frame.Y(mark.at)) << "H" << kRight
        << "\"/>\n";
  }
}

// Labels that would run into each other are written below each other.
void DrawInstants(const Chart& chart, const Frame& frame, std::ostream& svg) {
  std::vector<double> taken;  // in each line of labels: up to here
  for (const ChartMark& mark : chart.instants) {
    const double x = frame.X(mark.at);
    const double width = kLetter * static_cast<double>(Width(mark.label));
    const bool to_the_left = x + width > kRight;
    const double begin = to_the_left ? x - 5 - width : x + 5;
    std::size_t line = 0;
    while (line < taken.size() && taken[line] > begin) ++line;
    if (line == taken.size()) taken.push_back(0);
    taken[line] = begin + width + kLetter;
    svg << "<path class=\"mark\" d=\"M" << Pixels(x) << ' ' << Pixels(frame.top()) << "V"
        << Pixels(frame.bottom()) << "\"/>\n"
        << TextTag(to_the_left ? x - 5 : x + 5,
                   frame.top() + 11 + kLine * static_cast<double>(line), to_the_left ? "end" : "",
                   "", mark.label);
  }
}

void DrawLine(const ChartLine& line, const Frame& frame, std::ostream& svg) {
  std::string path;
  bool broken = true;
  for (const ChartPoint& point : line.points) {
    if (std::isnan(point.y)) {
      broken = true;
      continue;
    }
    path += (broken ? "M" : "L") + Pixels(frame.X(point.x)) + " " + Pixels(frame.Y(point.y));
    broken = false;
  }
  if (path.empty()) return;
  svg << "<path class=\"line " << ClassOf(line.ink) << "\" d=\"" << path << "\"/>\n";
}

// Where the names are written: beside the ends of their lines, as far as they do not overlap.
std::vector<double> NamePlaces(const std::vector<double>& ends, const Frame& frame) {
  std::vector<std::size_t> order(ends.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return ends[a] < ends[b]; });
  std::vector<double> places(ends.size());
  double least = frame.top();
  for (const std::size_t i : order) {
    places[i] = std::max(ends[i], least);
    least = places[i] + kNameHeight;
  }
  double most = frame.bottom();
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    places[*i] = std::min(places[*i], most);
    most = places[*i] - kNameHeight;
  }
  return places;
}

struct Name {
  std::string text;
  std::string kind;
  ChartPoint end;  // in the picture
};

std::vector<Name> NamesIn(const Chart& chart, const Frame& frame) {
  std::vector<Name> names;
  for (const ChartLine& line : chart.lines) {
    const auto last = std::find_if(line.points.rbegin(), line.points.rend(),
                                   [](const ChartPoint& point) { return !std::isnan(point.y); });
    if (line.name.empty() || last == line.points.rend()) continue;
    names.push_back({line.name, ClassOf(line.ink), {frame.X(last->x), frame.Y(last->y)}});
  }
  for (const ChartMark& mark : chart.thresholds) {
    names.push_back({mark.label, ClassOf(Ink::kQuiet), {kRight, frame.Y(mark.at)}});
  }
  return names;
}

void DrawNames(const Chart& chart, const Frame& frame, std::ostream& svg) {
  const std::vector<Name> names = NamesIn(chart, frame);
  std::vector<double> heights;
  for (const Name& name : names) heights.push_back(name.end.y);
  const std::vector<double> places = NamePlaces(heights, frame);
  for (std::size_t i = 0; i < names.size(); ++i) {
    svg << "<path class=\"lead\" d=\"M" << Pixels(names[i].end.x + 3) << ' '
        << Pixels(names[i].end.y) << "L" << kRight + 14 << ' ' << Pixels(places[i]) << "\"/>\n"
        << TextTag(kRight + 18, places[i] + 4, "", names[i].kind,
                   Cut(names[i].text, kLongestLineName));
  }
}

void DrawChart(const Chart& chart, int top, std::ostream& svg) {
  const Frame frame(chart, top + kHead);
  svg << TextTag(12, top + 22, "", "title", Cut(chart.title, kLongestTitle))
      << TextTag(12, top + 40, "", "", Cut(chart.subtitle, kLongestSubtitle));
  DrawAxes(chart, frame, svg);
  DrawThresholds(chart, frame, svg);
  for (auto line = chart.lines.rbegin(); line != chart.lines.rend(); ++line) {
    DrawLine(*line, frame, svg);
  }
  DrawInstants(chart, frame, svg);
  DrawNames(chart, frame, svg);
}

}  // namespace

std::vector<ChartTick> RoundTicks(double from, double to, int most, const std::string& unit) {
  std::vector<ChartTick> ticks;
  const double smallest_step = (to - from) / std::max(1, most);
  if (!(smallest_step > 0) || std::isinf(smallest_step)) return ticks;
  const double decade = std::pow(10, std::floor(std::log10(smallest_step)));
  double step = 10 * decade;
  for (const double factor : {5.0, 2.5, 2.0, 1.0}) {
    if (factor * decade >= smallest_step * (1 - 1e-9)) step = factor * decade;
  }
  for (double at = std::ceil(from / step - 1e-9) * step; at <= to + step * 1e-9; at += step) {
    const std::string text = Significant(std::abs(at) < step * 1e-9 ? 0.0 : at, 6);
    ticks.push_back({at, text + (unit.empty() ? "" : " " + unit)});
  }
  return ticks;
}

std::string DrawCharts(const std::string& title, const std::vector<Chart>& charts) {
  std::ostringstream svg;
  svg << OpenPicture(kWidth, kPanel * static_cast<int>(charts.size()), title);
  int top = 0;
  for (const Chart& chart : charts) {
    DrawChart(chart, top, svg);
    top += kPanel;
  }
  svg << "</svg>\n";
  return svg.str();
}

}  // namespace slogate::app
