#include "spec/promql/string_literal.h"

#include <utility>

#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

std::optional<unsigned> DigitValue(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return std::nullopt;
}

std::optional<unsigned> Number(std::string_view digits, std::size_t count, unsigned base) {
  if (digits.size() < count) return std::nullopt;
  unsigned number = 0;
  for (const char digit : digits.substr(0, count)) {
    const auto value = DigitValue(digit);
    if (!value || *value >= base) return std::nullopt;
    number = number * base + *value;
  }
  return number;
}

std::optional<char> SimpleEscape(char letter) {
  constexpr std::string_view kLetters = "abfnrtv\\\"'";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"'";
  const std::size_t at = kLetters.find(letter);
  if (at == std::string_view::npos) return std::nullopt;
  return kMeanings[at];
}

// Appends what the escape after a backslash stands for; its length, or 0 when it is not one.
std::size_t TakeEscape(std::string_view text, std::string& value) {
  if (text.empty()) return 0;
  if (const auto simple = SimpleEscape(text[0])) {
    value += *simple;
    return 1;
  }
  const char kind = text[0];
  if (kind == 'u' || kind == 'U') {
    const std::size_t digits = kind == 'u' ? 4 : 8;
    const auto code_point = Number(text.substr(1), digits, 16);
    return code_point && AppendUtf8(value, *code_point) ? 1 + digits : 0;
  }
  const bool hexadecimal = kind == 'x';
  const auto byte = hexadecimal ? Number(text.substr(1), 2, 16) : Number(text, 3, 8);
  if (!byte || *byte > 0xFF) return 0;
  value += static_cast<char>(*byte);
  return 3;
}

}  // namespace

std::optional<PromqlString> TakePromqlString(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const char quote = text[0];
  if (quote != '"' && quote != '\'' && quote != '`') return std::nullopt;
  PromqlString literal;
  std::size_t at = 1;
  while (at < text.size() && text[at] != quote) {
    if (text[at] == '\\' && quote != '`') {
      const std::size_t length = TakeEscape(text.substr(at + 1), literal.value);
      if (length == 0) return std::nullopt;
      at += 1 + length;
    } else if (text[at] == '\n' && quote != '`') {
      return std::nullopt;
    } else {
      literal.value += text[at++];
    }
  }
  if (at >= text.size() || !IsUtf8(literal.value)) return std::nullopt;
  literal.length = at + 1;
  return literal;
}

std::string QuotePromqlString(std::string_view value) {
  std::string text = "\"";
  for (const char letter : value) {
    if (letter == '\n') {
      text += "\\n";
      continue;
    }
    if (IsControl(letter)) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(letter);
      text += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 0xFU]};
      continue;
    }
    if (letter == '"' || letter == '\\') text += '\\';
    text += letter;
  }
  return text + '"';
}

}  // namespace slogate::spec
