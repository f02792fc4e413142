#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/slo/slo_parts.h"
#include "spec/slo/time_zones.h"
#include "spec/text/units.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kMaxCalendarEntries = 64;

std::string LocalText(core::LocalTime time) {
  std::string text = ToSecondsText(core::TimePoint(time.time_since_epoch()));
  text.pop_back();  // the Z
  return text;
}

core::TimeZone ReadZone(ObjectReader& item) {
  constexpr std::string_view kField = "timeZone";
  const auto name = item.Text(kField, 64);
  if (!name) return {};
  auto zone = TimeZoneOf(*name);
  if (zone) return *std::move(zone);
  const std::string quoted = "'" + *name + "'";
  constexpr const char* kFix = "write a name of the IANA time zone database, such as Europe/Berlin";
  switch (zone.error()) {
    case ZoneProblem::kNoName:
      item.Report(kField, quoted + " is not the name of a time zone", kFix);
      break;
    case ZoneProblem::kUnknown:
      item.Report(kField, quoted + " is not in the time zone database of this machine", kFix);
      break;
    case ZoneProblem::kNoDatabase:
      item.Report(kField, quoted + " is not known: this machine has no time zone database",
                  "install tzdata, or leave timeZone out and write times in UTC");
      break;
  }
  return {};
}

// As `zone`'s clocks show it.
core::TimePoint ReadLocal(ObjectReader& item, std::string_view field, const std::string& text,
                          const core::TimeZone& zone) {
  const auto as_utc = ParseTime(text + "Z");
  if (!as_utc) {
    item.Report(field, "'" + text + "' is not a time of the entry's timeZone",
                "write it as 2026-11-27T00:00:00, without Z");
    return {};
  }
  const core::LocalTime local(as_utc->time_since_epoch());
  const core::TimePoint instant = core::InstantOf(zone, local);
  const core::LocalTime shown = core::LocalTimeAt(zone, instant);
  if (shown != local) {
    item.Report(field, "'" + text + "' is skipped by the clocks of " + zone.name,
                "write " + LocalText(shown) + ", which they show instead");
  }
  return instant;
}

core::TimePoint ReadUtc(ObjectReader& item, std::string_view field, const std::string& text) {
  const auto instant = ParseTime(text);
  if (!instant) {
    const bool local = ParseTime(text + "Z").has_value();
    item.Report(
        field, "'" + text + "' is not a time in UTC",
        local ? "write it as " + text + "Z, or give timeZone" : "write it as 2026-11-27T00:00:00Z");
  }
  return instant.value_or(core::TimePoint{});
}

core::TimePoint ReadInstant(ObjectReader& item, std::string_view field,
                            const core::TimeZone& zone) {
  const bool in_zone = item.Has("timeZone");
  if (!item.Require(field, in_zone ? "write it as 2026-11-27T00:00:00"
                                   : "write it as 2026-11-27T00:00:00Z")) {
    return {};
  }
  const auto text = item.Text(field, 64);
  if (!text) return {};
  return in_zone ? ReadLocal(item, field, *text, zone) : ReadUtc(item, field, *text);
}

// One occurrence ends before the next begins, in every month.
core::Duration LongestOf(core::Repeat repeat) {
  switch (repeat) {
    case core::Repeat::kNever:
      return core::Duration::max();
    case core::Repeat::kDaily:
      return std::chrono::days(1);
    case core::Repeat::kWeekly:
      return std::chrono::weeks(1);
    case core::Repeat::kMonthly:
      return std::chrono::days(28);
  }
  return core::Duration::max();
}

void ReadRepeat(ObjectReader& item, core::CalendarEntry& entry) {
  entry.repeat = item.Word<core::Repeat>("repeat").value_or(core::Repeat::kNever);
  const std::size_t before = item.MistakeCount();
  if (item.Has("until")) entry.until = ReadInstant(item, "until", entry.zone);
  if (item.MistakeCount() != before) return;
  if (entry.until && entry.repeat == core::Repeat::kNever) {
    item.Report("until", "ends a repetition that there is not", "give repeat, or leave it out");
  } else if (entry.until && *entry.until <= entry.from) {
    item.Report("until", "is not after from", "end the repetition after the entry begins");
  }
  const core::Duration length =
      core::LocalTimeAt(entry.zone, entry.to) - core::LocalTimeAt(entry.zone, entry.from);
  if (length > LongestOf(entry.repeat)) {
    item.Report("to", "is after the next repetition begins",
                "let it last " + ToText(LongestOf(entry.repeat)) + " at most");
  }
}

core::CalendarEntry ReadEntry(ObjectReader& item) {
  core::CalendarEntry entry;
  item.Require("name", "say what happens then, such as Black Friday");
  entry.name = item.Text("name", 253).value_or("");
  entry.zone = ReadZone(item);
  const std::size_t before = item.MistakeCount();
  entry.from = ReadInstant(item, "from", entry.zone);
  entry.to = ReadInstant(item, "to", entry.zone);
  if (item.MistakeCount() == before && entry.to <= entry.from) {
    item.Report("to", "is not after from", "end the entry after it begins");
  }
  ReadRepeat(item, entry);
  entry.budget_factor =
      item.Number("budgetFactor", 1, {.least = 0, .most = 100, .above_min = true});
  entry.frozen_below = item.Word<core::ChangePriority>("frozenBelow");
  if (!item.Has("budgetFactor") && !item.Has("frozenBelow")) {
    item.Report("", "changes nothing", "give budgetFactor, frozenBelow or both");
  }
  item.RefuseOthers();
  return entry;
}

}  // namespace

std::vector<core::CalendarEntry> ReadCalendar(ObjectReader& spec) {
  std::vector<core::CalendarEntry> calendar;
  spec.Each("calendar", {0, kMaxCalendarEntries},
            [&](ObjectReader& item, std::size_t) { calendar.push_back(ReadEntry(item)); });
  return calendar;
}

}  // namespace slogate::spec
