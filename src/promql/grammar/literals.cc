#include "promql/grammar/literals.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "spec/text/utf8.h"

namespace slogate::promql {
namespace {

bool IsDecimal(char c) { return c >= '0' && c <= '9'; }
bool IsAlphanumeric(char c) {
  return IsDecimal(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::optional<unsigned> DigitValue(char digit) {
  if (IsDecimal(digit)) return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return std::nullopt;
}

std::optional<unsigned> CodeOf(std::string_view digits, std::size_t count, unsigned base) {
  if (digits.size() < count) return std::nullopt;
  unsigned code = 0;
  for (const char digit : digits.substr(0, count)) {
    const auto value = DigitValue(digit);
    if (!value || *value >= base) return std::nullopt;
    code = code * base + *value;
  }
  return code;
}

// Appends what the escape after a backslash stands for; its length, or 0 when it is not one.
std::size_t TakeEscape(std::string_view text, char quote, std::string& value) {
  constexpr std::string_view kLetters = "abfnrtv\\";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\";
  if (text.empty()) return 0;
  const char kind = text[0];
  if (kind == quote) {
    value += kind;
    return 1;
  }
  if (const std::size_t at = kLetters.find(kind); at != std::string_view::npos) {
    value += kMeanings[at];
    return 1;
  }
  if (kind == 'u' || kind == 'U') {
    const std::size_t digits = kind == 'u' ? 4 : 8;
    const auto code_point = CodeOf(text.substr(1), digits, 16);
    return code_point && spec::AppendUtf8(value, *code_point) ? 1 + digits : 0;
  }
  const auto byte = kind == 'x' ? CodeOf(text.substr(1), 2, 16) : CodeOf(text, 3, 8);
  if (!byte || *byte > 0xFF) return 0;
  value += static_cast<char>(*byte);
  return 3;
}

void Break(StringLiteral& literal, std::size_t at, std::string message, std::string fix) {
  literal.problem_at = at;
  literal.message = std::move(message);
  literal.fix = std::move(fix);
}

// An escape that is none, as people write it in regular expressions.
void BreakAtEscape(StringLiteral& literal, std::size_t at, std::string_view escape) {
  std::size_t length = 1;
  while (length < escape.size() && (escape[length] & '\xC0') == '\x80') ++length;
  const std::string shown = escape.empty() ? "" : spec::BoundedUtf8(escape.substr(0, length), 8);
  constexpr std::string_view kWithDigits = "xuU01234567";
  if (!shown.empty() && kWithDigits.find(shown[0]) != std::string_view::npos) {
    return Break(
        literal, at, "has an escape \\" + shown + " that stands for no character",
        "write \\x and two hexadecimal digits, \\u and four, or \\\\" + shown + " for a backslash");
  }
  Break(literal, at, "has an unknown escape \\" + shown + " in a string",
        "write \\\\" + shown + ", or put the string in backquotes");
}

bool IsExponentSign(char c) { return c == 'e' || c == 'E'; }

// Digits, with single underscores between them.
bool AreDigits(std::string_view text, unsigned base) {
  bool digit_before = false;
  for (const char c : text) {
    const auto value = DigitValue(c);
    const bool digit = value && *value < base;
    if (!digit && (c != '_' || !digit_before)) return false;
    digit_before = digit;
  }
  return digit_before;
}

// Prometheus takes an e behind the first digit, or behind an underscore, for an exponent.
bool IsHexadecimal(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return false;
  text.remove_prefix(text.substr(2).starts_with('_') ? 3 : 2);
  if (!AreDigits(text, 16)) return false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (!IsExponentSign(text[i])) continue;
    if (text[i - 1] == '_') return false;
    if (i == 1 && text.size() > 2 && (text[2] == '_' || IsExponentSign(text[2]))) return false;
  }
  return true;
}

// Whether a number, such as 0x1e, ends in what Prometheus takes for the beginning of an exponent.
bool AwaitsExponent(std::string_view text) {
  if (!IsHexadecimal(text)) return false;
  return IsExponentSign(text.back()) && text.size() == (text[2] == '_' ? 5 : 4);
}

// 15, .5, 1_000.5e-3; either side of the point may be missing.
bool IsDecimalNumber(std::string_view text) {
  if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('+') || exponent.starts_with('-')) exponent.remove_prefix(1);
    if (!AreDigits(exponent, 10)) return false;
    text = text.substr(0, e);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  const bool sound =
      (whole.empty() || AreDigits(whole, 10)) && (fraction.empty() || AreDigits(fraction, 10));
  return sound && !(whole.empty() && fraction.empty());
}

bool IsNumber(std::string_view text) { return IsHexadecimal(text) || IsDecimalNumber(text); }

// Numbers with units, whatever their order and size.
bool IsDuration(std::string_view text) {
  while (!text.empty()) {
    const std::size_t unit = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::size_t next = std::min(text.find_first_of("0123456789", unit), text.size());
    const std::string_view name = text.substr(unit, next - unit);
    const bool known =
        name == "ms" ||
        (name.size() == 1 && std::string_view("smhdwy").find(name[0]) != std::string_view::npos);
    if (unit == 0 || !known) return false;
    text.remove_prefix(next);
  }
  return true;
}

// How much of the text belongs to what begins with a digit or a point, sound or not.
std::size_t LengthOfNumber(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const char c = text[length];
    const bool signs = (c == '+' || c == '-') && length > 0 && IsExponentSign(text[length - 1]) &&
                       IsDecimalNumber(text.substr(0, length - 1));
    if (!IsAlphanumeric(c) && c != '.' && !signs) break;
    ++length;
  }
  return length;
}

std::optional<double> Integer(std::string_view digits, unsigned base) {
  constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
  std::uint64_t number = 0;
  if (digits.empty()) return std::nullopt;
  for (const char digit : digits) {
    const auto value = DigitValue(digit);
    if (!value || *value >= base) return std::nullopt;
    if (number > kLargest / base) return std::nullopt;
    number = number * base + *value;
  }
  if (number > kLargest) return std::nullopt;
  return static_cast<double>(number);
}

std::optional<double> Decimal(const std::string& text) {
  const bool known = std::ranges::all_of(text, [](char c) {
    return IsDecimal(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
  });
  if (!known || text.empty()) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() || std::isinf(value)) return std::nullopt;
  return value;
}

}  // namespace

StringLiteral ReadString(std::string_view text) {
  StringLiteral literal;
  const char quote = text[0];
  const bool raw = quote == '`';
  std::size_t at = 1;
  while (at < text.size() && text[at] != quote && (raw || text[at] != '\n')) {
    if (text[at] != '\\' || raw) {
      literal.value += text[at++];
      continue;
    }
    const std::string_view escape = text.substr(at + 1);
    const std::size_t length = TakeEscape(escape, quote, literal.value);
    if (length == 0 && literal.message.empty()) BreakAtEscape(literal, at, escape);
    at += 1 + std::max<std::size_t>(length, 1);
  }
  at = std::min(at, text.size());
  literal.closed = at < text.size() && text[at] == quote;
  literal.length = literal.closed ? at + 1 : text.size();
  if (!literal.closed) {
    Break(literal, 0, "has a quote that is never closed", std::string("close it with ") + quote);
  } else if (!spec::IsUtf8(text.substr(0, at)) ||
             text.substr(0, at).find("\xEF\xBF\xBD") != std::string_view::npos) {
    Break(literal, 0, "has a string that is not UTF-8", "write such bytes as \\x and two digits");
  }
  return literal;
}

std::optional<std::string> StringValue(std::string_view literal) {
  constexpr std::string_view kQuotes = "\"'`";
  if (literal.empty() || kQuotes.find(literal[0]) == std::string_view::npos) return std::nullopt;
  StringLiteral read = ReadString(literal);
  if (!read.message.empty() || read.length != literal.size()) return std::nullopt;
  return std::move(read.value);
}

NumberLiteral ReadNumber(std::string_view text) {
  using Kind = NumberLiteral::Kind;
  const std::size_t length = LengthOfNumber(text);
  const std::string_view literal = text.substr(0, length);
  const std::string_view rest = text.substr(length);
  const bool goes_on = rest.empty() || rest.starts_with('+') || rest.starts_with('-');
  if (IsNumber(literal) && !(goes_on && AwaitsExponent(literal))) return {Kind::kNumber, length};
  return {IsDuration(literal) ? Kind::kDuration : Kind::kBroken, std::max<std::size_t>(length, 1)};
}

std::optional<double> NumberValue(std::string_view text) {
  const auto reads = [&](std::string_view word) {
    return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                      [](char a, char b) { return a == b || a + 32 == b; });
  };
  if (reads("inf")) return std::numeric_limits<double>::infinity();
  if (reads("nan")) return std::numeric_limits<double>::quiet_NaN();
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (!IsNumber(text)) return std::nullopt;
  std::string plain(text);
  std::erase(plain, '_');
  if (hexadecimal) return Integer(std::string_view(plain).substr(2), 16);
  if (plain.size() > 1 && plain[0] == '0') {
    if (const auto octal = Integer(std::string_view(plain).substr(1), 8)) return octal;
  }
  return Decimal(plain);
}

std::optional<double> DurationSeconds(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::uint64_t milliseconds;
  };
  constexpr std::array<Unit, 7> kUnits = {{{"y", 31'536'000'000},
                                           {"w", 604'800'000},
                                           {"d", 86'400'000},
                                           {"h", 3'600'000},
                                           {"m", 60'000},
                                           {"s", 1'000},
                                           {"ms", 1}}};
  // What Prometheus holds in nanoseconds.
  constexpr std::uint64_t kLongest = std::numeric_limits<std::int64_t>::max() / 1'000'000;
  std::uint64_t total = 0;
  auto unit = kUnits.begin();
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::size_t end = std::min(text.find_first_of("0123456789", digits), text.size());
    const std::string_view name = text.substr(digits, end - digits);
    unit = std::find_if(unit, kUnits.end(), [&](const Unit& one) { return one.name == name; });
    const auto count = Integer(text.substr(0, digits), 10);
    if (unit == kUnits.end() || !count) return std::nullopt;
    if (*count > static_cast<double>(kLongest / unit->milliseconds)) return std::nullopt;
    total += static_cast<std::uint64_t>(*count) * unit->milliseconds;
    if (total > kLongest) return std::nullopt;
    ++unit;
    text.remove_prefix(end);
  }
  return static_cast<double>(total) / 1000;
}

}  // namespace slogate::promql
