#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "slogate/core/words.h"
#include "spec/foreign/openslo_parts.h"
#include "spec/text/units.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kMaxPolicies = 16;
constexpr std::size_t kMaxAlertName = 253;
constexpr DurationBounds kLookbackWindows{std::chrono::minutes(1), std::chrono::hours(24 * 366)};

class AlertReader {
 public:
  explicit AlertReader(OpenSloDocuments& documents) : documents_(documents) {}

  core::Alerting Read(ObjectReader& spec, Remarks& remarks) {
    const nlohmann::json* list = spec.List("alertPolicies", {0, kMaxPolicies});
    if (list == nullptr) return {};
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string at = "alertPolicies[" + std::to_string(i) + "]";
      if ((*list)[i].is_string()) {
        Follow(spec, at, "AlertPolicy", (*list)[i].get<std::string>());
      }
    }
    if (list->empty() || (*list)[0].is_string()) return std::move(alerting_);
    spec.Each("alertPolicies", {0, kMaxPolicies}, [&](ObjectReader& item, std::size_t) {
      ReadReferenceOr(item, "alertPolicyRef", "AlertPolicy", remarks);
    });
    return std::move(alerting_);
  }

 private:
  void Follow(ObjectReader& owner, std::string_view field, const std::string& kind,
              const std::string& name) {
    documents_.Follow(owner, field, kind, name,
                      [&](ObjectReader& spec, Remarks& remarks) { ReadSpec(kind, spec, remarks); });
  }

  void ReadSpec(const std::string& kind, ObjectReader& spec, Remarks& remarks) {
    if (kind == "AlertPolicy") {
      ReadPolicy(spec, remarks);
    } else {
      ReadCondition(spec, remarks);
    }
  }

  // Either names another document, or is that document itself.
  void ReadReferenceOr(ObjectReader& item, const char* reference, const std::string& kind,
                       Remarks& remarks) {
    if (item.Has(reference)) {
      const auto name = item.Text(reference, kMaxAlertName);
      if (name) Follow(item, reference, kind, *name);
    } else if (item.Require("spec", std::string("give ") + reference + " or spec")) {
      ObjectReader spec = item.Child("spec");
      ReadSpec(kind, spec, remarks);
    }
    for (const char* known : {"apiVersion", "kind", "metadata", "spec"}) item.Has(known);
    item.RefuseOthers();
  }

  void ReadPolicy(ObjectReader& spec, Remarks& remarks) {
    spec.Has("description");
    for (const char* field : {"alertWhenNoData", "alertWhenResolved"}) {
      if (!spec.Flag(field, false)) continue;
      remarks.Add(spec.Path(field), "has no equivalent in a rule of Prometheus",
                  "use absent() or Alertmanager's send_resolved");
    }
    if (!spec.Flag("alertWhenBreaching", true)) {
      remarks.Add(spec.Path("alertWhenBreaching"),
                  "is not distinguished: the alert fires on breach",
                  "leave the policy out of the SLO");
    }
    if (spec.Has("notificationTargets")) {
      remarks.Add(spec.Path("notificationTargets"), "has no equivalent: slogate sends nothing",
                  "route by labels in Alertmanager");
    }
    if (spec.Require("conditions", "give a condition")) {
      spec.Each("conditions", {1, kMaxPolicies}, [&](ObjectReader& item, std::size_t) {
        ReadReferenceOr(item, "conditionRef", "AlertCondition", remarks);
      });
    }
    spec.RefuseOthers();
  }

  void ReadCondition(ObjectReader& spec, Remarks& remarks) {
    spec.Has("description");
    core::BurnRow row;
    if (spec.Require("severity", "write page or ticket")) {
      const auto severity = spec.Text("severity", kMaxAlertName).value_or("");
      row.severity = severity == "page" ? core::Severity::kPage : core::Severity::kTicket;
      if (severity != "page" && severity != "ticket") {
        remarks.Add(spec.Path("severity"), "'" + severity + "' is read as ticket",
                    "write page or ticket");
      }
    }
    if (spec.Require("condition", "give kind, threshold and lookbackWindow")) {
      ReadBurn(spec.Child("condition"), row, remarks);
      alerting_.rows.push_back(row);
    }
    spec.RefuseOthers();
  }

  static void ReadBurn(ObjectReader condition, core::BurnRow& row, Remarks& remarks) {
    if (!condition.IsObject()) return;
    condition.Choice("kind", {"burnrate"});
    const auto op = condition.Choice("op", {"gte", "gt", "lte", "lt"});
    if (op == "lte" || op == "lt") {
      condition.Report("op", "has no equivalent: a low burn is no alert", "write gte");
    }
    condition.Require("threshold", "give a burn rate, such as 14.4");
    row.factor = condition.Number("threshold", 1, {.least = 0, .most = 100'000, .above_min = true});
    if (condition.Require("lookbackWindow", "give a window, such as 1h")) {
      row.long_window = condition.Time("lookbackWindow", std::chrono::hours(1), kLookbackWindows);
      // Whole minutes, as the tables of the Workbook have them.
      const auto twelfth = std::chrono::floor<std::chrono::minutes>(row.long_window / 12);
      row.short_window = std::max<core::Duration>(std::chrono::minutes(1), twelfth);
      if (row.short_window >= row.long_window) row.short_window = row.long_window / 2;
      remarks.Add(condition.Path("lookbackWindow"),
                  "is joined by a short window of a twelfth, so that the alert ends with its cause",
                  "convert the file to choose another");
    }
    if (condition.Has("alertAfter")) {
      remarks.Add(condition.Path("alertAfter"), "has no equivalent: the two windows do its work",
                  "remove it");
    }
    condition.RefuseOthers();
  }

  OpenSloDocuments& documents_;
  core::Alerting alerting_;
};

// A unit of OpenSLO's shorthand: what it lasts, unless that differs, and what it is in the
// calendar.
struct ShorthandUnit {
  char letter;
  core::Duration length;
  std::optional<core::CalendarUnit> calendar;
};
constexpr std::array<ShorthandUnit, 7> kShorthandUnits = {
    {{'m', std::chrono::minutes(1), std::nullopt},
     {'h', std::chrono::hours(1), std::nullopt},
     {'d', std::chrono::hours(24), core::CalendarUnit::kDay},
     {'w', std::chrono::hours(24 * 7), core::CalendarUnit::kWeek},
     {'M', core::Duration(0), core::CalendarUnit::kMonth},
     {'Q', core::Duration(0), core::CalendarUnit::kQuarter},
     {'Y', core::Duration(0), core::CalendarUnit::kYear}}};

struct Shorthand {
  int count = 0;
  ShorthandUnit unit{};
};

std::optional<Shorthand> ParseShorthand(const std::string& text) {
  Shorthand shorthand;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), shorthand.count);
  if (error != std::errc{} || end + 1 != text.data() + text.size()) return std::nullopt;
  const auto* const unit = std::ranges::find_if(
      kShorthandUnits, [letter = *end](const ShorthandUnit& one) { return one.letter == letter; });
  if (unit == kShorthandUnits.end()) return std::nullopt;
  if (shorthand.count < 1 || shorthand.count > 100'000) return std::nullopt;
  shorthand.unit = *unit;
  return shorthand;
}

core::BudgetWindow Rolling(ObjectReader& item, const Shorthand& length) {
  using std::chrono::hours;
  if (length.unit.length.count() == 0) {
    item.Report("duration", "rolls by months, quarters or years, which differ in length",
                "give days, such as 30d, or a calendar");
    return hours(24 * 30);
  }
  const core::Duration window = length.unit.length * length.count;
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
  if (!length.unit.calendar) {
    item.Report("duration", "is no unit of the calendar", "use 1d, 1w, 1M, 1Q or 1Y");
  }
  return length.unit.calendar.value_or(core::CalendarUnit::kMonth);
}

// Whether a calendar that begins then, "2026-01-05 00:00:00", begins with the unit anyway.
bool BeginsWith(core::CalendarUnit unit, const std::string& start) {
  using namespace std::chrono;
  // As RFC 3339 has it.
  std::string text = start;
  if (text.size() == 10) text += " 00:00:00";
  if (const std::size_t blank = text.find(' '); blank != std::string::npos) text[blank] = 'T';
  if (!text.ends_with('Z')) text += 'Z';
  const auto time = ParseTime(text);
  if (!time) return false;
  const auto day = floor<days>(*time);
  if (*time != day) return false;
  const year_month_day date(sys_days{day.time_since_epoch()});
  const unsigned month = static_cast<unsigned>(date.month());
  switch (unit) {
    case core::CalendarUnit::kDay:
      return true;
    case core::CalendarUnit::kWeek:
      return weekday(sys_days{day.time_since_epoch()}) == Monday;
    case core::CalendarUnit::kMonth:
      return date.day() == std::chrono::day(1);
    case core::CalendarUnit::kQuarter:
      return date.day() == std::chrono::day(1) && month % 3 == 1;
    case core::CalendarUnit::kYear:
      return date.day() == std::chrono::day(1) && month == 1;
  }
  return false;
}

std::string_view BeginningOf(core::CalendarUnit unit) {
  return core::WordOf<core::CalendarUnit::kYear>(
      unit,
      {"every day at 00:00 UTC", "on Monday at 00:00 UTC", "on the 1st of the month at 00:00 UTC",
       "on the 1st of the quarter at 00:00 UTC", "on January 1st at 00:00 UTC"});
}

core::BudgetWindow ReadItem(ObjectReader& item, Remarks& remarks) {
  core::BudgetWindow window = std::chrono::hours(24 * 30);
  const bool rolling = item.Flag("isRolling", !item.Has("calendar"));
  if (item.Require("duration", "give a length, such as 28d")) {
    const auto text = item.Text("duration", 32);
    const auto length = text ? ParseShorthand(*text) : std::nullopt;
    if (text && !length) {
      item.Report("duration", "'" + *text + "' is not a duration",
                  "write a number and one of m, h, d, w, M, Q, Y, such as 28d");
    }
    if (length) window = rolling ? Rolling(item, *length) : Aligned(item, *length);
  }
  const auto* const unit = std::get_if<core::CalendarUnit>(&window);
  RemarkOnCalendar(item, unit != nullptr ? std::optional(*unit) : std::nullopt, remarks);
  item.RefuseOthers();
  return window;
}

}  // namespace

core::Alerting ReadOpenSloAlerting(ObjectReader& spec, Remarks& remarks,
                                   OpenSloDocuments& documents) {
  core::Alerting alerting = AlertReader(documents).Read(spec, remarks);
  if (alerting.rows.empty()) return alerting;
  const auto has = [&](core::Severity severity) {
    return std::ranges::any_of(alerting.rows,
                               [&](const core::BurnRow& row) { return row.severity == severity; });
  };
  alerting.page.enabled = has(core::Severity::kPage);
  alerting.ticket.enabled = has(core::Severity::kTicket);
  return alerting;
}

void RemarkOnCalendar(ObjectReader& window, std::optional<core::CalendarUnit> unit,
                      Remarks& remarks) {
  if (!window.Has("calendar")) return;
  ObjectReader calendar = window.Child("calendar");
  const auto zone = calendar.Text("timeZone", 128).value_or("UTC");
  const auto start = calendar.Text("startTime", 128).value_or("");
  calendar.RefuseOthers();
  if (!unit) {
    remarks.Add(window.Path("calendar"), "is not kept: the window rolls",
                "remove it, or write isRolling: false");
    return;
  }
  if (zone != "UTC" && zone != "Etc/UTC" && zone != "GMT") {
    remarks.Add(calendar.Path("timeZone"), "is read as UTC, in which calendars are kept here",
                "expect the budget to begin at midnight UTC");
  }
  if (!start.empty() && !BeginsWith(*unit, start)) {
    remarks.Add(calendar.Path("startTime"),
                "'" + start + "' is not kept: the budget begins " + std::string(BeginningOf(*unit)),
                "begin it then, or write a rolling window with isRolling: true");
  }
}

core::BudgetWindow ReadOpenSloWindow(ObjectReader& spec, Remarks& remarks,
                                     core::Duration otherwise) {
  core::BudgetWindow window = otherwise;
  if (!spec.Has("timeWindow")) {
    remarks.Guess(spec.Path("timeWindow"),
                  "is missing and taken as " + ToText(otherwise) + ", rolling",
                  "give a duration, such as 28d");
    return window;
  }
  spec.Each("timeWindow", {1, 1},
            [&](ObjectReader& item, std::size_t) { window = ReadItem(item, remarks); });
  return window;
}

}  // namespace slogate::spec
