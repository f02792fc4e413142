#include "app/cli/terminal/span.h"

#include <algorithm>
#include <iterator>

#include "slogate/core/words.h"
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

}  // namespace

std::string Printable(std::string_view text) {
  std::string plain = spec::BoundedUtf8(text, kLongestText);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
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
      std::count_if(text.begin(), text.end(), [](char c) { return !Continues(c); }));
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
        std::find_if(marks.begin(), marks.end(), [c](const auto& one) { return one.first == c; });
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

}  // namespace slogate::app
