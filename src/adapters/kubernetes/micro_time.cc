#include "adapters/kubernetes/micro_time.h"

#include <chrono>
#include <cstdio>

namespace slogate::adapters::kubernetes {
namespace {

namespace chrono = std::chrono;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes text from the front of what is left, and remembers when something did not fit.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  int Number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (text_.empty() || !IsDigit(text_.front())) {
        good_ = false;
        return 0;
      }
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return value;
  }

  bool Skip(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  void Expect(char wanted) { good_ = Skip(wanted) && good_; }

  core::Duration Fraction() {
    core::Duration::rep milliseconds = 0;
    core::Duration::rep unit = 100;
    bool any = false;
    while (!text_.empty() && IsDigit(text_.front())) {
      milliseconds += (text_.front() - '0') * unit;
      unit /= 10;
      any = true;
      text_.remove_prefix(1);
    }
    good_ = good_ && any;
    return core::Duration(milliseconds);
  }

  core::Duration Offset() {
    if (Skip('Z') || Skip('z')) return core::Duration::zero();
    const bool west = Skip('-');
    if (!west) Expect('+');
    const int hours = Number(2);
    Expect(':');
    const int minutes = Number(2);
    good_ = good_ && hours < 24 && minutes < 60;
    const core::Duration offset = chrono::hours(hours) + chrono::minutes(minutes);
    return west ? -offset : offset;
  }

  bool Done() const { return good_ && text_.empty(); }
  void Require(bool condition) { good_ = good_ && condition; }

 private:
  std::string_view text_;
  bool good_ = true;
};

}  // namespace

std::string FormatMicroTime(core::TimePoint time) {
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(time - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02ld:%02ld:%02ld.%03ld000Z",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<long>(clock.hours().count()),
                static_cast<long>(clock.minutes().count()),
                static_cast<long>(clock.seconds().count()),
                static_cast<long>(clock.subseconds().count()));
  return text;
}

std::optional<core::TimePoint> ParseMicroTime(std::string_view text) {
  Scanner scan(text);
  const int year = scan.Number(4);
  scan.Expect('-');
  const int month = scan.Number(2);
  scan.Expect('-');
  const int day = scan.Number(2);
  scan.Expect('T');
  const int hours = scan.Number(2);
  scan.Expect(':');
  const int minutes = scan.Number(2);
  scan.Expect(':');
  const int seconds = scan.Number(2);
  const core::Duration fraction = scan.Skip('.') ? scan.Fraction() : core::Duration::zero();
  const core::Duration offset = scan.Offset();
  const chrono::year_month_day date(chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day)));
  // A leap second counts as the first of the next minute.
  scan.Require(date.ok() && hours < 24 && minutes < 60 && seconds <= 60);
  if (!scan.Done()) return std::nullopt;
  return core::TimePoint(chrono::sys_days(date)) + chrono::hours(hours) + chrono::minutes(minutes) +
         chrono::seconds(seconds) + fraction - offset;
}

}  // namespace slogate::adapters::kubernetes
