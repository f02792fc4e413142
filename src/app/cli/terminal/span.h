// Text with tones, so that colour never counts as width.
#pragma once

#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

}  // namespace slogate::app
