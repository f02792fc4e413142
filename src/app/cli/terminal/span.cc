#include "app/cli/terminal/span.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>

#include "slogate/core/words.h"
#include "spec/text/units.h"
#include "spec/text/utf8.h"

namespace slogate::app {
namespace {

constexpr std::size_t kLongestText = 4'096;

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Bytes that hold the first `width` characters.
std::size_t BytesOf(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (!Continues(text[at]) && width-- == 0) break;
    ++at;
  }
  return at;
}

std::string_view Code(Tone tone) {
  return core::WordOf<Tone::kNote>(
      tone, {"", "\x1b[2m", "\x1b[1m", "\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[36m"});
}

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

using namespace std::chrono_literals;

struct Grain {
  core::Duration below;
  core::Duration unit;
};

constexpr std::array<Grain, 4> kGrains = {{{2min, 5s}, {1h, 1min}, {10h, 10min}, {240h, 1h}}};

core::Duration UnitFor(core::Duration time) {
  for (const Grain& grain : kGrains) {
    if (time < grain.below) return grain.unit;
  }
  return 24h;
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string plain = spec::BoundedUtf8(text, kLongestText);
  std::ranges::replace_if(
      plain, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  // U+0080 to U+009F are control characters too, and 9B begins an escape sequence.
  for (std::size_t i = 0; i + 1 < plain.size(); ++i) {
    if (plain[i] == '\xC2' && static_cast<unsigned char>(plain[i + 1]) < 0xA0) {
      plain.replace(i, 2, "?");
    }
  }
  return plain;
}

std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return !Continues(c); }));
}

std::size_t Width(const Line& line) {
  std::size_t width = 0;
  for (const TextSpan& span : line) width += Width(span.text);
  return width;
}

std::string Cut(std::string_view text, std::size_t width) {
  if (Width(text) <= width) return std::string(text);
  if (width <= 2) return std::string(text.substr(0, BytesOf(text, width)));
  return std::string(text.substr(0, BytesOf(text, width - 2))) + "..";
}

Line Cut(const Line& line, std::size_t width) {
  if (Width(line) <= width) return line;
  Line cut;
  std::size_t left = width;
  for (const TextSpan& span : line) {
    const std::size_t wide = Width(span.text);
    // A span that fits only without what follows it must leave room for the mark.
    const bool last = wide + 2 > left;
    if (last && left <= 2) cut.push_back({std::string(left, '.'), span.tone});
    if (last && left > 2) cut.push_back({Cut(span.text + "...", left), span.tone});
    if (last) break;
    cut.push_back(span);
    left -= wide;
  }
  return cut;
}

std::string PadRight(std::string_view text, std::size_t width) {
  std::string padded = Cut(text, width);
  padded.append(width - std::min(width, Width(padded)), ' ');
  return padded;
}

std::string PadLeft(std::string_view text, std::size_t width) {
  const std::string cut = Cut(text, width);
  return std::string(width - std::min(width, Width(cut)), ' ') + cut;
}

std::string Joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : between).append(word);
  return text;
}

std::string Repeated(std::string_view text, std::size_t times) {
  std::string repeated;
  for (std::size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

std::string Replaced(std::string_view text,
                     std::initializer_list<std::pair<char, std::string_view>> marks) {
  std::string replaced;
  for (const char c : text) {
    const auto* const mark =
        std::ranges::find_if(marks, [c](const auto& one) { return one.first == c; });
    replaced += mark == marks.end() ? std::string_view(&c, 1) : mark->second;
  }
  return replaced;
}

std::string EscapedXml(std::string_view text) {
  return Replaced(Printable(text), {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}});
}

std::vector<std::string> Wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  do {
    std::size_t take = BytesOf(text, width);
    if (take < text.size()) {
      std::size_t space = text.substr(0, take + 1).rfind(' ');
      // "25 %" stays together.
      while (space != std::string_view::npos && space > 0 && text.substr(space).starts_with(" %")) {
        space = text.rfind(' ', space - 1);
      }
      if (space != std::string_view::npos && space > 0) take = space;
    }
    lines.emplace_back(text.substr(0, take));
    text.remove_prefix(take);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  } while (!text.empty());
  return lines;
}

void PrintWrapped(std::string first, const std::string& text, std::ostream& out) {
  if (text.empty()) return;
  for (const std::string& line : Wrap(Printable(text), kColumns - first.size())) {
    out << first << line << "\n";
    first.assign(first.size(), ' ');
  }
}

void Append(Line& line, Line more) {
  std::move(more.begin(), more.end(), std::back_inserter(line));
}

std::string Render(const Line& line, Style style) {
  std::string text;
  for (const TextSpan& span : line) {
    const bool toned = style.colour && span.tone != Tone::kPlain;
    if (toned) text += Code(span.tone);
    text += span.text;
    if (toned) text += "\x1b[0m";
  }
  return text;
}

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
  const auto now = std::ranges::find_if(steps, [](const TimelineStep& step) {
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

std::string RoughTime(core::Duration time) {
  const core::Duration unit = UnitFor(time);
  return spec::ToText((time + unit / 2) / unit * unit);
}

std::string RoundTime(core::Duration time) {
  const core::Duration unit = UnitFor(time);
  return spec::ToText((time + unit - core::Duration(1)) / unit * unit);
}

std::string ShortNumber(double number) {
  return std::abs(number) >= 100 ? Fixed(number, 0) : Significant(number, 3);
}

std::string PercentText(double share) { return ShortNumber(100 * share) + " %"; }

std::string Fixed(double number, int decimals) {
  char text[400];
  std::snprintf(text, sizeof(text), "%.*f", decimals, number);
  return text;
}

std::string Significant(double number, int digits) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.*g", digits, number);
  return text;
}

std::string Several(std::size_t count, std::string_view what) {
  return std::to_string(count).append(" ").append(what).append(count == 1 ? "" : "s");
}

}  // namespace slogate::app
