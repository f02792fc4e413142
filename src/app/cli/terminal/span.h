// Text with tones, so that colour never counts as width.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slogate/core/time.h"

namespace slogate::app {

enum class Tone { kPlain, kDim, kBold, kGood, kBad, kWarn, kNote };

// How a terminal is to be written to.
struct Style {
  bool colour = false;
  bool unicode = false;  // false: ASCII alone
};

struct TextSpan {
  std::string text;
  Tone tone = Tone::kPlain;
};

using Line = std::vector<TextSpan>;

// Pure; any thread. Widths are in columns, one for each character.

// One line of text that a terminal can be trusted with: valid UTF-8 without any control character.
std::string Printable(std::string_view text);

std::size_t Width(std::string_view text);
std::size_t Width(const Line& line);

// At most `width` columns; a text that is cut ends in "..".
std::string Cut(std::string_view text, std::size_t width);
Line Cut(const Line& line, std::size_t width);

// Exactly `width` columns, filled with blanks on the right or on the left.
std::string PadRight(std::string_view text, std::size_t width);
std::string PadLeft(std::string_view text, std::size_t width);

// `words` with `between` between them.
std::string Joined(const std::vector<std::string>& words, std::string_view between = ", ");

std::string Repeated(std::string_view text, std::size_t times);

// `text` with each of these characters replaced by what stands beside it.
std::string Replaced(std::string_view text,
                     std::initializer_list<std::pair<char, std::string_view>> marks);

// Text that is text within XML and SVG, whatever it holds.
std::string EscapedXml(std::string_view text);

// Lines of at most `width` columns, broken at spaces, and within words that are longer. At least
// one line; `width` is at least 1.
std::vector<std::string> Wrap(std::string_view text, std::size_t width);

// Of all text that is not fitted to a terminal.
inline constexpr std::size_t kColumns = 80;

// Fit for a terminal, wrapped to kColumns: `first` stands before the first line, blanks before the
// others. Nothing for an empty text.
void PrintWrapped(std::string first, const std::string& text, std::ostream& out);

void Append(Line& line, Line more);

// With escape codes only where the style has colour.
std::string Render(const Line& line, Style style);

// Pure; any thread.

// The evidence about one objective: filled to the left the nearer it is to "worse", to the
// right the nearer to "proven not worse", each in tenths of what it takes. `cells` on either side
// of the middle, at least 1: 2 x cells + 3 columns. A side with any tenth at all shows one cell;
// one that is not complete never looks complete.
Line EvidenceBar(int worse_tenths, int no_worse_tenths, std::size_t cells, Style style);

// A single scale, filled from the left: cells + 2 columns. The same rules.
Line ShiftBar(int tenths, std::size_t cells, Style style);

enum class Place { kDone, kCurrent, kAhead, kFailed };

struct TimelineStep {
  int weight_percent = 0;
  Place place = Place::kAhead;
  std::string note;  // of the current step, such as "4m left"
};

// "5 % done -> [25 %, 4m left] -> 50 %". Steps far from the current one are left out when it would
// be wider than `width`.
Line Timeline(const std::vector<TimelineStep>& steps, std::size_t width, Style style);

// The canary's share of traffic over time, oldest first: one column for each value, the newest
// `width` of them. Unknown values are blank.
Line WeightGraph(const std::vector<std::optional<int>>& percents, std::size_t width, Style style);

// To about two digits: 45s, 12m, 3h20m, 15h.
std::string RoughTime(core::Duration time);
// Rounded up to a length that one would write into a policy: 90s, 12m, 1h30m, 5h.
std::string RoundTime(core::Duration time);
// Three digits: 0.5, 12.3, 4000.
std::string ShortNumber(double number);
// "0.5 %".
std::string PercentText(double share);
// With so many decimals: "0.50".
std::string Fixed(double number, int decimals);
// With so many digits at most: "0.5", "1e+03".
std::string Significant(double number, int digits);
// "1 finding", "2 findings".
std::string Several(std::size_t count, std::string_view what);

}  // namespace slogate::app
