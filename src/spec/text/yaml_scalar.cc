#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

#include "spec/text/yaml_text.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 11> kTrue = {"true", "True", "TRUE", "yes", "Yes", "YES",
                                                    "on",   "On",   "ON",   "y",   "Y"};
constexpr std::array<std::string_view, 11> kFalse = {"false", "False", "FALSE", "no", "No", "NO",
                                                     "off",   "Off",   "OFF",   "n",  "N"};

template <typename Words>
bool IsOneOf(const Words& words, std::string_view text) {
  return std::ranges::find(words, text) != words.end();
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view WithoutSign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

bool IsInteger(std::string_view text) {
  const std::string_view digits = WithoutSign(text);
  const bool leading_zero = digits.size() > 1 && digits[0] == '0';
  return !digits.empty() && !leading_zero && std::ranges::all_of(digits, IsDigit);
}

// [0-9]* [. [0-9]*] [e [sign] [0-9]+] with at least one digit before the exponent.
bool IsFraction(std::string_view text) {
  std::string_view rest = WithoutSign(text);
  const auto take_digits = [&rest] {
    const auto end = std::ranges::find_if_not(rest, IsDigit);
    const auto count = static_cast<std::size_t>(end - rest.begin());
    rest.remove_prefix(count);
    return count;
  };
  std::size_t digits = take_digits();
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    digits += take_digits();
  }
  if (digits == 0) return false;
  if (rest.empty()) return true;
  if (rest[0] != 'e' && rest[0] != 'E') return false;
  rest = WithoutSign(rest.substr(1));
  return take_digits() > 0 && rest.empty();
}

json Fraction(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
  return number;
}

}  // namespace

bool IsPlainText(const std::string& text) {
  const std::string_view bare = WithoutSign(text);
  // Numbers begin with a digit or a dot, behind their sign; .inf and .nan are numbers, too.
  const bool number = !bare.empty() && (IsDigit(bare[0]) || bare[0] == '.');
  return !IsOneOf(kTrue, text) && !IsOneOf(kFalse, text) &&
         (!number || PlainScalar(text).is_string());
}

json PlainScalar(const std::string& text) {
  if (IsOneOf(kTrue, text)) return true;
  if (IsOneOf(kFalse, text)) return false;
  if (IsInteger(text)) {
    const std::string_view digits = text.starts_with('+') ? WithoutSign(text) : text;
    std::int64_t number = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return result.ec == std::errc{} ? json(number) : Fraction(digits);
  }
  if (IsFraction(text)) return Fraction(text);
  const std::string_view bare = WithoutSign(text);
  if (bare == ".inf" || bare == ".Inf" || bare == ".INF") {
    return std::numeric_limits<double>::infinity();
  }
  if (text == ".nan" || text == ".NaN" || text == ".NAN") {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return text;
}

}  // namespace slogate::spec
