#include "spec/text/time_text.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace slogate::spec {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr core::TimePoint kFirst = sys_days(year_month_day(year(0), month(1), day(1)));
constexpr core::TimePoint kLast =
    core::TimePoint(sys_days(year_month_day(year(10000), month(1), day(1)))) - milliseconds(1);

std::string Digits(long value, std::size_t width) {
  const std::string digits = std::to_string(value);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

// The next `width` digits, which must be there.
std::optional<int> Take(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, width)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool TakeChar(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<milliseconds> TakeFraction(std::string_view& text) {
  if (!TakeChar(text, '.')) return milliseconds(0);
  const std::size_t length = std::min(text.find_first_not_of("0123456789"), text.size());
  if (length == 0) return std::nullopt;
  std::string digits(text.substr(0, std::min<std::size_t>(length, 3)));
  digits.resize(3, '0');
  text.remove_prefix(length);
  std::string_view three = digits;
  return milliseconds(*Take(three, 3));
}

}  // namespace

std::string ToSecondsText(core::TimePoint time) {
  time = std::clamp(time, kFirst, kLast);
  const auto midnight = floor<days>(time);
  const year_month_day date(midnight);
  const long second = floor<seconds>(time - midnight).count();
  return Digits(int{date.year()}, 4) + "-" + Digits(unsigned{date.month()}, 2) + "-" +
         Digits(unsigned{date.day()}, 2) + "T" + Digits(second / 3600, 2) + ":" +
         Digits(second / 60 % 60, 2) + ":" + Digits(second % 60, 2) + "Z";
}

std::string ToText(core::TimePoint time) {
  time = std::clamp(time, kFirst, kLast);
  const auto fraction = time - floor<seconds>(time);
  std::string text = ToSecondsText(time);
  text.pop_back();
  return text + "." + Digits(fraction.count(), 3) + "Z";
}

std::optional<core::TimePoint> ParseTime(std::string_view text) {
  const auto y = Take(text, 4);
  if (!y || !TakeChar(text, '-')) return std::nullopt;
  const auto mo = Take(text, 2);
  if (!mo || !TakeChar(text, '-')) return std::nullopt;
  const auto d = Take(text, 2);
  if (!d || !TakeChar(text, 'T')) return std::nullopt;
  const auto h = Take(text, 2);
  if (!h || !TakeChar(text, ':')) return std::nullopt;
  const auto mi = Take(text, 2);
  if (!mi || !TakeChar(text, ':')) return std::nullopt;
  const auto s = Take(text, 2);
  const auto fraction = TakeFraction(text);
  if (!s || !fraction || text != "Z") return std::nullopt;
  const year_month_day date(year(*y), month(static_cast<unsigned>(*mo)),
                            day(static_cast<unsigned>(*d)));
  if (!date.ok() || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
  return core::TimePoint(sys_days(date)) + hours(*h) + minutes(*mi) + seconds(*s) + *fraction;
}

}  // namespace slogate::spec
