#include "app/cli/terminal/gauge.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace slogate::app {
namespace {

constexpr int kAllTenths = 10;

std::size_t Filled(int tenths, std::size_t cells) {
  const int held = std::clamp(tenths, 0, kAllTenths);
  if (held == 0) return 0;
  const std::size_t filled = static_cast<std::size_t>(held) * cells / kAllTenths;
  return std::max<std::size_t>(filled, 1);
}

Line StepLine(const TimelineStep& step, Style style) {
  const std::string weight = std::to_string(step.weight_percent) + " %";
  switch (step.place) {
    case Place::kDone:
      return {{weight + (style.unicode ? " ✓" : " done"), Tone::kGood}};
    case Place::kCurrent:
      return {{"[" + weight + (step.note.empty() ? "" : ", " + step.note) + "]", Tone::kBold}};
    case Place::kAhead:
      return {{weight, Tone::kDim}};
    case Place::kFailed:
      return {{weight + (style.unicode ? " ✗" : " rolled back"), Tone::kBad}};
  }
  return {};
}

Line JoinedSteps(const std::vector<TimelineStep>& steps, std::size_t first, std::size_t end,
                 Style style) {
  const std::string arrow = style.unicode ? " → " : " -> ";
  const TextSpan more{"..", Tone::kDim};
  Line line;
  if (first > 0) line = {more, {arrow, Tone::kDim}};
  for (std::size_t i = first; i < end; ++i) {
    if (i > first) line.push_back({arrow, Tone::kDim});
    Append(line, StepLine(steps[i], style));
  }
  if (end < steps.size()) Append(line, {{arrow, Tone::kDim}, more});
  return line;
}

}  // namespace

Line EvidenceBar(int worse_tenths, int no_worse_tenths, std::size_t cells, Style style) {
  const std::string_view full = style.unicode ? "█" : "#";
  const std::string_view empty = style.unicode ? "·" : ".";
  const std::size_t worse = Filled(worse_tenths, cells);
  const std::size_t no_worse = Filled(no_worse_tenths, cells);
  return {{"[", Tone::kDim},
          {Repeated(empty, cells - worse), Tone::kDim},
          {Repeated(full, worse), Tone::kBad},
          {style.unicode ? "│" : "|", Tone::kDim},
          {Repeated(full, no_worse), Tone::kGood},
          {Repeated(empty, cells - no_worse), Tone::kDim},
          {"]", Tone::kDim}};
}

Line ShiftBar(int tenths, std::size_t cells, Style style) {
  const std::size_t filled = Filled(tenths, cells);
  return {{"[", Tone::kDim},
          {Repeated(style.unicode ? "█" : "#", filled), Tone::kWarn},
          {Repeated(style.unicode ? "·" : ".", cells - filled), Tone::kDim},
          {"]", Tone::kDim}};
}

Line Timeline(const std::vector<TimelineStep>& steps, std::size_t width, Style style) {
  if (steps.empty()) return {};
  const auto now = std::find_if(steps.begin(), steps.end(), [](const TimelineStep& step) {
    return step.place == Place::kCurrent || step.place == Place::kFailed;
  });
  const std::size_t middle =
      now == steps.end() ? steps.size() - 1 : static_cast<std::size_t>(now - steps.begin());
  std::size_t first = 0;
  std::size_t end = steps.size();
  while (true) {
    Line line = JoinedSteps(steps, first, end, style);
    if (Width(line) <= width || end - first == 1) return Cut(line, width);
    // The farther end goes first.
    if (end - 1 - middle >= middle - first && end - 1 > middle) {
      --end;
    } else {
      ++first;
    }
  }
}

Line WeightGraph(const std::vector<std::optional<int>>& percents, std::size_t width, Style style) {
  static constexpr std::array<std::string_view, 8> kBlocks = {"▁", "▂", "▃", "▄",
                                                              "▅", "▆", "▇", "█"};
  static constexpr std::array<std::string_view, 8> kAscii = {"_", ".", ":", "-",
                                                             "=", "+", "*", "#"};
  const std::size_t shown = std::min(width, percents.size());
  std::string text;
  for (std::size_t i = percents.size() - shown; i < percents.size(); ++i) {
    if (!percents[i]) {
      text += ' ';
      continue;
    }
    const int percent = std::clamp(*percents[i], 0, 100);
    // Zero has a level of its own: any traffic at all must be seen.
    const auto level = static_cast<std::size_t>(percent == 0 ? 0 : 1 + percent * 6 / 100);
    text += style.unicode ? kBlocks[level] : kAscii[level];
  }
  return {{text, Tone::kNote}};
}

}  // namespace slogate::app
