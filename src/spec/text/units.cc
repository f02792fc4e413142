#include "spec/text/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

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

// Takes text from the front of what is left, and remembers when something did not fit.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  int Number(std::size_t width) {
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) value = value * 10 + Digit();
    return value;
  }

  bool Skip(std::string_view wanted) {
    if (!text_.starts_with(wanted)) return false;
    text_.remove_prefix(wanted.size());
    return true;
  }

  void Expect(std::string_view wanted) { good_ = Skip(wanted) && good_; }

  unsigned MonthName() {
    constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const std::string_view name = text_.substr(0, 3);
    const std::size_t at = kNames.find(name);
    good_ = good_ && name.size() == 3 && at != std::string_view::npos && at % 3 == 0;
    text_.remove_prefix(name.size());
    return static_cast<unsigned>(at / 3 + 1);
  }

  // hh:mm:ss
  milliseconds Clock(int last_second) {
    const int hour = Number(2);
    Expect(":");
    const int minute = Number(2);
    Expect(":");
    const int second = Number(2);
    good_ = good_ && hour < 24 && minute < 60 && second <= last_second;
    return hours(hour) + minutes(minute) + seconds(second);
  }

  milliseconds Fraction() {
    if (!Skip(".")) return {};
    milliseconds fraction(Digit() * 100);
    for (int unit = 10; AtDigit(); unit /= 10) {
      fraction += milliseconds(Digit() * unit);
    }
    return fraction;
  }

  minutes Offset(Zone zone) {
    if (Skip("Z") || (zone == Zone::kAny && Skip("z"))) return {};
    const bool west = Skip("-");
    if (!west) Expect("+");
    const int hour = Number(2);
    Expect(":");
    const int minute = Number(2);
    good_ = good_ && zone == Zone::kAny && hour < 24 && minute < 60;
    const minutes offset = hours(hour) + minutes(minute);
    return west ? -offset : offset;
  }

  // The instant, when all the text has been taken and every part has fitted.
  std::optional<core::TimePoint> Instant(int y, unsigned m, int d, milliseconds of_day) const {
    const year_month_day date(year(y), month(m), day(static_cast<unsigned>(d)));
    if (!good_ || !text_.empty() || !date.ok()) return std::nullopt;
    return core::TimePoint(sys_days(date)) + of_day;
  }

 private:
  // False for good once something did not fit: nothing more is taken then.
  bool AtDigit() const { return good_ && !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; }

  int Digit() {
    good_ = AtDigit();
    if (!good_) return 0;
    const int digit = text_[0] - '0';
    text_.remove_prefix(1);
    return digit;
  }

  std::string_view text_;
  bool good_ = true;
};

}  // namespace

double ShareOf(double percent) { return Shifted(percent, "e-2"); }

double PercentOf(double share) { return Shifted(share, "e2"); }

std::string FixOfShare(double share) {
  return "write " + Shortest(PercentOf(share)) + " for a ratio of " + Shortest(share);
}

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

std::string ToText(core::TimePoint time) {
  time = std::clamp(time, kFirst, kLast);
  const auto fraction = time - floor<seconds>(time);
  std::string text = ToSecondsText(time);
  text.pop_back();
  return text + "." + Digits(fraction.count(), 3) + "Z";
}

std::string ToMicrosText(core::TimePoint time) {
  std::string text = ToText(time);
  return text.insert(text.size() - 1, "000");
}

std::optional<core::TimePoint> ParseTime(std::string_view text, Zone zone) {
  Scanner scan(text);
  const int y = scan.Number(4);
  scan.Expect("-");
  const int m = scan.Number(2);
  scan.Expect("-");
  const int d = scan.Number(2);
  scan.Expect("T");
  milliseconds of_day = scan.Clock(zone == Zone::kUtc ? 59 : 60);
  of_day += scan.Fraction();
  of_day -= scan.Offset(zone);
  return scan.Instant(y, static_cast<unsigned>(m), d, of_day);
}

std::optional<core::TimePoint> ParseHttpDate(std::string_view text) {
  Scanner scan(text.substr(std::min<std::size_t>(text.size(), 3)));  // the day's name
  scan.Expect(", ");
  const int d = scan.Number(2);
  scan.Expect(" ");
  const unsigned m = scan.MonthName();
  scan.Expect(" ");
  const int y = scan.Number(4);
  scan.Expect(" ");
  const milliseconds of_day = scan.Clock(60);
  scan.Expect(" GMT");
  return scan.Instant(y, m, d, of_day);
}

}  // namespace slogate::spec
