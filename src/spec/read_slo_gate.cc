#include <nlohmann/json.hpp>
#include <utility>

#include "spec/percent.h"
#include "spec/slo_parts.h"
#include "spec/time_text.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kMostCalendarEntries = 64;
// A budget may be overspent, and a change important enough to go out all the same.
constexpr Bounds kShareLeft{.least = -1000, .most = 100};

std::optional<double> ReadShareLeft(ObjectReader& reader, std::string_view field) {
  if (!reader.Has(field)) return std::nullopt;
  return ShareOf(reader.Number(field, 0, kShareLeft));
}

core::BudgetFloor ReadFloor(ObjectReader reader) {
  core::BudgetFloor floor;
  floor.warn = ReadShareLeft(reader, "warnBelow");
  floor.block = ReadShareLeft(reader, "blockBelow");
  if (floor.warn && floor.block && *floor.warn < *floor.block) {
    reader.Report("warnBelow", "is below blockBelow, so nobody would ever be warned",
                  "warn at a larger share of the budget than the one that blocks");
  }
  reader.RefuseOthers();
  return floor;
}

void ReadFloors(ObjectReader& gate_reader, core::DeployGate& gate) {
  if (!gate_reader.Has("byPriority")) return;
  ObjectReader reader = gate_reader.Child("byPriority");
  for (std::size_t i = 0; i < gate.floors.size(); ++i) {
    const std::string_view priority = core::ToString(static_cast<core::ChangePriority>(i));
    if (reader.Has(priority)) gate.floors[i] = ReadFloor(reader.Child(priority));
  }
  reader.RefuseOthers();
}

core::TimePoint ReadInstant(ObjectReader& item, std::string_view field) {
  constexpr const char* kMend = "write it as 2026-11-27T00:00:00Z";
  if (!item.Require(field, kMend)) return {};
  const auto text = item.Text(field, 64);
  if (!text) return {};
  const auto instant = ParseTime(*text);
  if (!instant) item.Report(field, "'" + *text + "' is not a time in UTC", kMend);
  return instant.value_or(core::TimePoint{});
}

core::CalendarEntry ReadEntry(ObjectReader& item) {
  core::CalendarEntry entry;
  if (item.Require("name", "say what happens then, such as Black Friday")) {
    entry.name = item.Text("name", 253).value_or("");
  }
  const std::size_t before = item.MistakeCount();
  entry.from = ReadInstant(item, "from");
  entry.to = ReadInstant(item, "to");
  if (item.MistakeCount() == before && entry.to <= entry.from) {
    item.Report("to", "is not after from", "end the entry after it begins");
  }
  entry.budget_factor =
      item.Number("budgetFactor", 1, {.least = 0, .most = 100, .above_least = true});
  entry.frozen_below = item.Word<core::ChangePriority>("frozenBelow");
  if (!item.Has("budgetFactor") && !item.Has("frozenBelow")) {
    item.Report("", "changes nothing", "give budgetFactor, frozenBelow or both");
  }
  item.RefuseOthers();
  return entry;
}

}  // namespace

core::DeployGate ReadGate(ObjectReader& spec, core::DeployGate gate,
                          std::optional<core::RolloutBudget>& rollouts) {
  if (!spec.Has("gate")) return gate;
  ObjectReader reader = spec.Child("gate");
  if (!reader.IsObject()) return gate;
  ReadFloors(reader, gate);
  const auto action = [&](std::string_view field, core::GateAction& value) {
    value = reader.Word<core::GateAction>(field).value_or(value);
  };
  action("onPageBurn", gate.on_page_burn);
  action("onTicketBurn", gate.on_ticket_burn);
  action("onCohort", gate.on_cohort);
  action("onNoData", gate.on_no_data);
  gate.never_blocked_from =
      reader.Word<core::ChangePriority>("neverBlockedFrom").value_or(gate.never_blocked_from);
  if (reader.Has("rollouts")) rollouts = ReadRolloutBudget(reader, "rollouts");
  reader.RefuseOthers();
  return gate;
}

std::vector<core::CalendarEntry> ReadCalendar(ObjectReader& spec) {
  std::vector<core::CalendarEntry> calendar;
  spec.Each("calendar", {0, kMostCalendarEntries},
            [&](ObjectReader& item, std::size_t) { calendar.push_back(ReadEntry(item)); });
  return calendar;
}

}  // namespace slogate::spec
