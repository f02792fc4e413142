#include "spec/text/duration_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace slogate::spec {
namespace {

// The shortest decimal that means `value`, with its point moved, as the nearest number.
double Shifted(double value, std::string_view exponent) {
  if (!std::isfinite(value)) return value;
  std::array<char, 400> text{};
  char* end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  for (const char c : exponent) *end++ = c;
  double shifted = value;
  std::from_chars(text.data(), end, shifted);
  return shifted;
}

std::string Shortest(double number) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

}  // namespace

double ShareOf(double percent) { return Shifted(percent, "e-2"); }

double PercentOf(double share) { return Shifted(share, "e2"); }

std::string FixOfShare(double share) {
  return "write " + Shortest(PercentOf(share)) + " for a ratio of " + Shortest(share);
}

namespace {

struct DurationUnit {
  std::string_view name;
  std::int64_t milliseconds;
};

// Largest first; "ms" is tried before "m" because the longer name must win.
constexpr std::array<DurationUnit, 6> kDurationUnits = {{{"w", 604'800'000},
                                                         {"d", 86'400'000},
                                                         {"h", 3'600'000},
                                                         {"m", 60'000},
                                                         {"s", 1'000},
                                                         {"ms", 1}}};
constexpr std::int64_t kLongest = 3'660LL * 86'400'000;

std::optional<std::int64_t> TakeNumber(std::string_view& text) {
  std::int64_t number = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    number = number * 10 + (text[digits] - '0');
    if (number > kLongest) return std::nullopt;
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

std::optional<std::size_t> TakeUnit(std::string_view& text) {
  const std::size_t length = text.starts_with("ms") ? 2 : 1;
  for (std::size_t i = 0; i < kDurationUnits.size(); ++i) {
    if (text.substr(0, length) != kDurationUnits[i].name) continue;
    text.remove_prefix(length);
    return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<core::Duration> ParseDuration(std::string_view text) {
  if (text == "0") return core::Duration{0};
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    const auto number = TakeNumber(text);
    if (!number) return std::nullopt;
    const auto unit = TakeUnit(text);
    if (!unit || *unit < next_unit) return std::nullopt;
    next_unit = *unit + 1;
    if (*number > kLongest / kDurationUnits[*unit].milliseconds) return std::nullopt;
    total += *number * kDurationUnits[*unit].milliseconds;
    if (total > kLongest) return std::nullopt;
  }
  return core::Duration{total};
}

std::string ToText(core::Duration duration) {
  std::int64_t rest = duration.count();
  if (rest <= 0) return "0s";
  std::string text;
  for (const DurationUnit& unit : kDurationUnits) {
    // Weeks are read but not written: nobody says 4w2d for 30d.
    if (unit.name == "w" || rest < unit.milliseconds) continue;
    text += std::to_string(rest / unit.milliseconds);
    text += unit.name;
    rest %= unit.milliseconds;
  }
  return text;
}

}  // namespace slogate::spec
