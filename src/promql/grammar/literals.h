// Literals of PromQL: strings, numbers and durations. Pure; the text is untrusted.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace slogate::promql {

// The string that a text begins with; its first byte is the quote.
struct StringLiteral {
  std::size_t length = 0;      // with both quotes; of a broken one up to the end of the text
  std::string value;           // may be no UTF-8: "\xff" is a byte
  bool closed = false;         // has its second quote
  std::size_t problem_at = 0;  // where it breaks
  std::string message;         // empty: a sound string
  std::string fix;
};
// In double or single quotes with backslash escapes, or raw in backquotes.
StringLiteral ReadString(std::string_view text);

// What a whole string literal stands for; std::nullopt when it is not one, or broken.
std::optional<std::string> StringValue(std::string_view literal);

// The number or duration that a text begins with; its first byte is a digit or a point.
struct NumberLiteral {
  enum class Kind { kNumber, kDuration, kBroken };
  Kind kind = Kind::kBroken;
  std::size_t length = 0;
};
// As Prometheus takes words apart. Whether a number has a value, NumberValue says.
NumberLiteral ReadNumber(std::string_view text);

// The value of a number's text, decimal, octal or hexadecimal with underscores, inf or nan. No
// value: malformed, or beyond what a double holds.
std::optional<double> NumberValue(std::string_view text);

// A duration in seconds: years to milliseconds, from the longest unit to the shortest, each once.
// No value: malformed, or beyond 292 years.
std::optional<double> DurationSeconds(std::string_view text);

}  // namespace slogate::promql
