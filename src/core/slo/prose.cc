#include "core/slo/prose.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace slogate::core {
namespace {

struct Unit {
  Duration length;
  std::string_view name;
};

constexpr std::array<Unit, 5> kUnits = {{{std::chrono::hours(24), "d"},
                                         {std::chrono::hours(1), "h"},
                                         {std::chrono::minutes(1), "min"},
                                         {std::chrono::seconds(1), "s"},
                                         {Duration(1), "ms"}}};

std::string Printed(double number, std::chars_format format, int precision) {
  std::array<char, 64> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), number, format, precision);
  return error == std::errc() ? std::string(text.data(), end) : "many";
}

std::string Digits(double number, int digits) {
  return Printed(number, std::chars_format::general, digits);
}

std::string Whole(double number) { return Printed(number, std::chars_format::fixed, 0); }

std::string TwoDigits(long number) {
  const std::string text = std::to_string(number);
  return text.size() < 2 ? "0" + text : text;
}

std::string Amount(Duration length, const Unit& unit) {
  return std::to_string(length / unit.length) + " " + std::string(unit.name);
}

}  // namespace

std::string LengthInWords(Duration length) {
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (length < kUnits[i].length) continue;
    std::string words = Amount(length, kUnits[i]);
    const Duration rest = length % kUnits[i].length;
    const bool has_next = i + 1 < kUnits.size() && kUnits[i].length > std::chrono::seconds(1);
    if (has_next && rest >= kUnits[i + 1].length) words += " " + Amount(rest, kUnits[i + 1]);
    return words;
  }
  return "0 s";
}

std::string PercentInWords(double share) {
  const double percent = 100 * share;
  const double size = std::abs(percent);
  if (size > 99 && size < 100) {
    // As many nines as there are, and one digit more; at most six.
    const double nines = std::min(6.0, std::floor(-std::log10(1 - size / 100)));
    const double scale = std::pow(10, nines - 1);
    const double cut = std::min(std::trunc(percent * scale) / scale, 99.9999);
    return Digits(std::max(cut, -99.9999), 7) + " %";
  }
  if (size >= 1e6) return Digits(percent, 3) + " %";
  return (size >= 9.95 ? Whole(percent) : Digits(percent, 2)) + " %";
}

std::string NumberInWords(double number) {
  const double size = std::abs(number);
  return size >= 99.95 && size < 1e9 ? Whole(number) : Digits(number, 3);
}

std::string TimeInWords(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return std::to_string(static_cast<int>(date.year())) + "-" +
         TwoDigits(static_cast<unsigned>(date.month())) + "-" +
         TwoDigits(static_cast<unsigned>(date.day())) + " " + TwoDigits(clock.hours().count()) +
         ":" + TwoDigits(clock.minutes().count()) + " UTC";
}

}  // namespace slogate::core
