#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "spec/policy/policy_parts.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/object_reader.h"

namespace slogate::spec {
namespace {

constexpr std::string_view kSloKind = "ServiceLevelObjective";

std::optional<int> ReadTier(ObjectReader& spec) {
  if (!spec.Has("tier")) return std::nullopt;
  return static_cast<int>(spec.Integer("tier", 0, 0, core::kTiers - 1));
}

void ReadSpec(ObjectReader& spec, core::ServiceLevelObjective& slo) {
  slo.service = ReadSloName(spec, "service", "the service that promises this");
  slo.owner = spec.Text("owner", 253).value_or("");
  slo.tier = ReadTier(spec);
  slo.window = ReadBudgetWindow(spec, std::chrono::hours(1));
  slo.labels = ReadLabels(spec, "labels");
  if (spec.Has("prometheus")) slo.prometheus = ReadPrometheus(spec);
  slo.objectives = ReadSloObjectives(spec, slo.tier, slo.window);
  slo.gate = ReadGate(spec, slo.tier ? core::DefaultsOf(*slo.tier).gate : core::DefaultGate(),
                      slo.rollouts);
  slo.calendar = ReadCalendar(spec);
  CheckReferences(spec, slo.objectives);
  spec.RefuseOthers();
}

}  // namespace

core::BudgetWindow ReadBudgetWindow(ObjectReader& owner, core::Duration least) {
  constexpr std::chrono::hours kDay(24);
  core::BudgetWindow window = owner.Time("window", 30 * kDay, {least, 366 * kDay});
  if (owner.Has("window") && owner.Has("calendarWindow")) {
    owner.Report("calendarWindow", "is given besides window", "keep one of them");
  }
  if (const auto unit = owner.Word<core::CalendarUnit>("calendarWindow")) window = *unit;
  return window;
}

core::ServiceLevelObjective ReadSlo(const nlohmann::json& slo_object,
                                    std::vector<Mistake>& mistakes) {
  core::ServiceLevelObjective slo;
  ObjectReader object(slo_object, "", mistakes);
  if (!object.IsObject()) return slo;
  ObjectHead head = ReadHead(object, kSloKind, "the objectives");
  slo.name = std::move(head.name);
  slo.ns = std::move(head.ns);
  object.Has("status");  // known, and none of ours
  if (object.Require("spec", "give spec with service and objectives")) {
    ObjectReader spec = object.Child("spec");
    if (spec.IsObject()) ReadSpec(spec, slo);
  }
  static const std::vector<std::string> kFieldsOfSpec = FieldsOf([](ObjectReader& spec) {
    core::ServiceLevelObjective unused;
    ReadSpec(spec, unused);
  });
  ReferToSpec(object, kFieldsOfSpec);
  object.RefuseOthers("a ServiceLevelObjective");
  return slo;
}

}  // namespace slogate::spec
