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
