#include <charconv>
#include <nlohmann/json.hpp>

#include "spec/openslo_parts.h"

namespace slogate::spec {
namespace {

struct Shorthand {
  int count = 0;
  char unit = ' ';
};

std::optional<Shorthand> ParseShorthand(const std::string& text) {
  Shorthand shorthand;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), shorthand.count);
  if (error != std::errc{} || end + 1 != text.data() + text.size()) return std::nullopt;
  shorthand.unit = *end;
  if (std::string_view("mhdwMQY").find(*end) == std::string_view::npos) return std::nullopt;
  if (shorthand.count < 1 || shorthand.count > 100'000) return std::nullopt;
  return shorthand;
}

core::BudgetWindow Rolling(ObjectReader& item, const Shorthand& length) {
  using std::chrono::hours;
  core::Duration window = hours(24 * 30);
  switch (length.unit) {
    case 'm':
      window = std::chrono::minutes(length.count);
      break;
    case 'h':
      window = hours(length.count);
      break;
    case 'd':
      window = hours(24) * length.count;
      break;
    case 'w':
      window = hours(24 * 7) * length.count;
      break;
    default:
      item.Report("duration", "rolls by months, quarters or years, which differ in length",
                  "give days, such as 30d, or a calendar");
      return window;
  }
  if (window < hours(1) || window > hours(24 * 366)) {
    item.Report("duration", "is out of range", "use 1h to 366d");
  }
  return window;
}

core::BudgetWindow Aligned(ObjectReader& item, const Shorthand& length) {
  if (length.count != 1) {
    item.Report("duration", "spans several calendar units, which has no equivalent",
                "use one day, week, month, quarter or year: 1d, 1w, 1M, 1Q or 1Y");
  }
  switch (length.unit) {
    case 'd':
      return core::CalendarUnit::kDay;
    case 'w':
      return core::CalendarUnit::kWeek;
    case 'M':
      return core::CalendarUnit::kMonth;
    case 'Q':
      return core::CalendarUnit::kQuarter;
    case 'Y':
      return core::CalendarUnit::kYear;
    default:
      item.Report("duration", "is no unit of the calendar", "use 1d, 1w, 1M, 1Q or 1Y");
      return core::CalendarUnit::kMonth;
  }
}

void RemarkOnZone(ObjectReader& item, Remarks& remarks) {
  ObjectReader calendar = item.Child("calendar");
  const auto zone = calendar.Text("timeZone", 128).value_or("UTC");
  if (zone != "UTC" && zone != "Etc/UTC" && zone != "GMT") {
    remarks.Add(calendar.Path("timeZone"), "is read as UTC, in which calendars are kept here",
                "expect the budget to begin at midnight UTC");
  }
  calendar.Has("startTime");
  calendar.RefuseOthers();
}

core::BudgetWindow ReadItem(ObjectReader& item, Remarks& remarks) {
  core::BudgetWindow window = std::chrono::hours(24 * 30);
  const bool rolling = item.Flag("isRolling", !item.Has("calendar"));
  if (item.Has("calendar")) RemarkOnZone(item, remarks);
  if (item.Require("duration", "give a length, such as 28d")) {
    const auto text = item.Text("duration", 32);
    const auto length = text ? ParseShorthand(*text) : std::nullopt;
    if (text && !length) {
      item.Report("duration", "'" + *text + "' is not a duration",
                  "write a number and one of m, h, d, w, M, Q, Y, such as 28d");
    }
    if (length) window = rolling ? Rolling(item, *length) : Aligned(item, *length);
  }
  item.RefuseOthers();
  return window;
}

}  // namespace

core::BudgetWindow ReadOpenSloWindow(ObjectReader& spec, Remarks& remarks) {
  core::BudgetWindow window = std::chrono::hours(24 * 30);
  if (!spec.Has("timeWindow")) {
    remarks.Add(spec.Path("timeWindow"), "is missing and taken as 30 days, rolling",
                "give a duration, such as 28d");
    return window;
  }
  spec.Each("timeWindow", {1, 1},
            [&](ObjectReader& item, std::size_t) { window = ReadItem(item, remarks); });
  return window;
}

}  // namespace slogate::spec
