#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "slogate/core/budget.h"
#include "spec/policy/policy_parts.h"
#include "spec/slo/slo_parts.h"
#include "spec/status/fields.h"
#include "spec/text/object_reader.h"
#include "spec/text/units.h"

namespace slogate::spec {
namespace {

constexpr std::size_t kMaxRows = 16;
constexpr std::size_t kLongestAlertName = 253;
constexpr DurationBounds kBurnWindows{std::chrono::seconds(1), std::chrono::hours(24 * 366)};

core::BurnRow ReadRow(ObjectReader& item, const core::BudgetWindow& window) {
  core::BurnRow row;
  item.Require("severity", "write Page or Ticket");
  row.severity = item.Word<core::Severity>("severity").value_or(core::Severity::kPage);
  const bool has_long = item.Require("longWindow", "give a window, such as 1h");
  const bool has_short = item.Require("shortWindow", "give a twelfth of longWindow, such as 5m");
  const std::size_t before = item.MistakeCount();
  row.long_window = item.Time("longWindow", row.long_window, kBurnWindows);
  row.short_window = item.Time("shortWindow", row.short_window, kBurnWindows);
  if (has_long && has_short && item.MistakeCount() == before) {
    if (row.short_window >= row.long_window) {
      item.Report("shortWindow", "is not shorter than longWindow",
                  "use about a twelfth of it, so that the alert ends soon after its cause");
    }
    if (row.long_window > core::NominalLength(window)) {
      item.Report("longWindow", "is longer than the budget's window",
                  "use at most " + ToText(core::NominalLength(window)));
    }
  }
  item.Require("factor", "give the burn rate above which it fires, such as 14.4");
  row.factor = item.Number("factor", 1, {.least = 0, .most = 100'000, .above_min = true});
  item.RefuseOthers();
  return row;
}

// A budget may be overspent, and a change important enough to go out all the same.
constexpr Bounds kShareLeft{.least = -1000, .most = 100};

std::optional<double> ReadShareLeft(ObjectReader& reader, std::string_view field) {
  if (!reader.Has(field)) return std::nullopt;
  return ShareOf(reader.Number(field, 0, kShareLeft));
}

void ReadFloor(ObjectReader& reader, core::BudgetFloor& floor) {
  floor.warn = ReadShareLeft(reader, "warnBelow");
  floor.block = ReadShareLeft(reader, "blockBelow");
  if (floor.warn && floor.block && *floor.warn < *floor.block) {
    reader.Report("warnBelow", "is below blockBelow, so nobody would ever be warned",
                  "warn at a larger share of the budget than the one that blocks");
  }
}

void ReadFloors(ObjectReader& reader, core::DeployGate& gate) {
  for (std::size_t i = 0; i < gate.floors.size(); ++i) {
    const std::string_view priority = core::ToString(static_cast<core::ChangePriority>(i));
    if (reader.Has(priority)) gate.floors[i] = {};
    reader.Part(priority, gate.floors[i], ReadFloor);
  }
}

constexpr std::string_view kSloKind = "ServiceLevelObjective";

std::optional<int> ReadTier(ObjectReader& spec) {
  if (!spec.Has("tier")) return std::nullopt;
  return static_cast<int>(spec.Integer("tier", 0, 0, core::kTiers - 1));
}

void ReadSpec(ObjectReader& spec, core::ServiceLevelObjective& slo, core::Duration window) {
  slo.service = ReadSloName(spec, "service", "the service that promises this");
  slo.owner = spec.Text("owner", 253).value_or("");
  slo.tier = ReadTier(spec);
  slo.window = ReadBudgetWindow(spec, std::chrono::hours(1), window);
  slo.labels = ReadLabels(spec, "labels");
  if (spec.Has("prometheus")) slo.prometheus = ReadPrometheus(spec);
  slo.objectives = ReadSloObjectives(spec, slo.tier, slo.window);
  slo.gate = ReadGate(spec, slo.tier ? core::DefaultsOf(*slo.tier).gate : core::DefaultGate(),
                      slo.rollouts);
  slo.calendar = ReadCalendar(spec);
  CheckReferences(spec, slo.objectives);
  spec.RefuseOthers();
}

constexpr std::size_t kMaxObjectLabels = 64;
constexpr std::size_t kLongestObjectLabel = 317;             // a domain, / and a name
constexpr std::size_t kLongestObjectAnnotation = 256 << 10;  // as Kubernetes has it

// Labels and annotations that belong to the tools that wrote them.
bool IsOfATool(std::string_view name) {
  const std::string_view domain = name.substr(0, std::min(name.find('/'), name.size()));
  return domain == "kubectl.kubernetes.io" || domain.ends_with(".kubectl.kubernetes.io") ||
         domain == "control-plane.alpha.kubernetes.io";
}

core::Labels OwnersTexts(ObjectReader& metadata, std::string_view field, std::size_t longest) {
  core::Labels texts;
  if (!metadata.Has(field)) return texts;
  ObjectReader reader = metadata.Child(field);
  for (const std::string& name : reader.Names()) {
    if (name.empty() || name.size() > kLongestObjectLabel || IsOfATool(name)) continue;
    if (!reader.IsText(name)) continue;
    auto text = reader.AnyText(name, longest);
    if (text && texts.size() < kMaxObjectLabels) texts.emplace_back(name, std::move(*text));
  }
  std::ranges::sort(texts);
  return texts;
}

}  // namespace

core::Alert ReadAlert(ObjectReader& alerting, std::string_view field, std::string_view off,
                      LabelValues values) {
  core::Alert alert;
  alerting.Part(field, alert, [&](ObjectReader& reader, core::Alert&) {
    alert.enabled = !reader.Flag(off, false);
    alert.labels = ReadLabels(reader, "labels", values);
    alert.annotations = ReadAnnotations(reader, "annotations", values);
  });
  return alert;
}

std::vector<core::BurnRow> ReadBurnRates(ObjectReader& owner, const core::BudgetWindow& window) {
  std::vector<core::BurnRow> rows;
  owner.Each("burnRates", {0, kMaxRows},
             [&](ObjectReader& item, std::size_t) { rows.push_back(ReadRow(item, window)); });
  return rows;
}

core::Alerting ReadAlerting(ObjectReader& objective, const core::BudgetWindow& window) {
  core::Alerting alerting;
  objective.Part("alerting", alerting, [&](ObjectReader& reader, core::Alerting&) {
    alerting.name = reader.Text("name", kLongestAlertName).value_or("");
    alerting.labels = ReadLabels(reader, "labels");
    alerting.annotations = ReadAnnotations(reader, "annotations");
    alerting.page = ReadAlert(reader, "page", "disabled", LabelValues::kTexts);
    alerting.ticket = ReadAlert(reader, "ticket", "disabled", LabelValues::kTexts);
    alerting.rows = ReadBurnRates(reader, window);
  });
  return alerting;
}

core::DeployGate ReadGate(ObjectReader& spec, core::DeployGate gate,
                          std::optional<core::RolloutBudget>& rollouts) {
  spec.Part("gate", gate, [&](ObjectReader& reader, core::DeployGate&) {
    FieldReader io(reader);
    reader.Part("byPriority", gate, ReadFloors);
    io.Word("onPageBurn", gate.on_page_burn);
    io.Word("onTicketBurn", gate.on_ticket_burn);
    io.Word("onCohort", gate.on_cohort);
    io.Word("onNoData", gate.on_no_data);
    io.Word("neverBlockedFrom", gate.never_blocked_from);
    reader.Part("rollouts", rollouts, ReadRolloutBudget);
  });
  return gate;
}

core::BudgetWindow ReadBudgetWindow(ObjectReader& owner, core::Duration least,
                                    core::Duration otherwise) {
  constexpr std::chrono::hours kDay(24);
  core::BudgetWindow window = owner.Time("window", otherwise, {least, 366 * kDay});
  if (owner.Has("window") && owner.Has("calendarWindow")) {
    owner.Report("calendarWindow", "is given besides window", "keep one of them");
  }
  if (const auto unit = owner.Word<core::CalendarUnit>("calendarWindow")) window = *unit;
  return window;
}

void ReadObjectMetadata(ObjectReader& metadata, core::ServiceLevelObjective& slo) {
  slo.object_labels = OwnersTexts(metadata, "labels", kLongestObjectLabel);
  slo.object_annotations = OwnersTexts(metadata, "annotations", kLongestObjectAnnotation);
}

core::ServiceLevelObjective ReadSlo(const nlohmann::json& slo_object,
                                    std::vector<Mistake>& mistakes, core::Duration default_window) {
  core::ServiceLevelObjective slo;
  ObjectReader object(slo_object, "", mistakes);
  if (!object.IsObject()) return slo;
  ObjectHead head = ReadHead(object, kSloKind, "the objectives");
  slo.name = std::move(head.name);
  slo.ns = std::move(head.ns);
  if (const auto metadata = slo_object.find("metadata");
      metadata != slo_object.end() && metadata->is_object()) {
    ObjectReader reader(*metadata, "metadata", mistakes);
    ReadObjectMetadata(reader, slo);
  }
  object.Has("status");  // known, and none of ours
  if (object.Require("spec", "give spec with service and objectives")) {
    ObjectReader spec = object.Child("spec");
    if (spec.IsObject()) ReadSpec(spec, slo, default_window);
  }
  static const std::vector<std::string> kFieldsOfSpec = FieldsOf([](ObjectReader& spec) {
    core::ServiceLevelObjective unused;
    ReadSpec(spec, unused, kDefaultWindow);
  });
  ReferToSpec(object, kFieldsOfSpec);
  object.RefuseOthers("a ServiceLevelObjective");
  return slo;
}

}  // namespace slogate::spec
