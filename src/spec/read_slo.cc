#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "spec/names.h"
#include "spec/policy_parts.h"
#include "spec/slo_parts.h"

namespace slogate::spec {
namespace {

constexpr std::string_view kApiVersion = "slogate.dev/v1alpha1";
constexpr std::string_view kKind = "ServiceLevelObjective";
constexpr DurationBounds kWindows{std::chrono::hours(1), std::chrono::hours(24 * 366)};

core::BudgetWindow ReadWindow(ObjectReader& spec) {
  core::BudgetWindow window = std::chrono::hours(24 * 30);
  if (spec.Has("window") && spec.Has("calendarWindow")) {
    spec.Report("calendarWindow", "is given besides window", "keep one of them");
  }
  if (spec.Has("window")) window = spec.Time("window", std::chrono::hours(24 * 30), kWindows);
  if (const auto unit = spec.Word<core::CalendarUnit>("calendarWindow")) window = *unit;
  return window;
}

std::optional<int> ReadTier(ObjectReader& spec) {
  if (!spec.Has("tier")) return std::nullopt;
  return static_cast<int>(spec.Integer("tier", 0, 0, core::kTiers - 1));
}

void ReadSpec(ObjectReader& spec, core::ServiceLevelObjective& slo) {
  slo.service = ReadSloName(spec, "service", "the service that promises this");
  slo.owner = spec.Text("owner", 253).value_or("");
  slo.tier = ReadTier(spec);
  slo.window = ReadWindow(spec);
  slo.labels = ReadLabels(spec, "labels");
  if (spec.Has("prometheus")) slo.prometheus = ReadPrometheus(spec);
  slo.objectives = ReadSloObjectives(spec, slo.tier, slo.window);
  slo.gate = ReadGate(spec, slo.tier ? core::DefaultsOf(*slo.tier).gate : core::DefaultGate(),
                      slo.rollouts);
  slo.calendar = ReadCalendar(spec);
  CheckReferences(spec, slo.objectives);
  spec.RefuseOthers();
}

void ReadHead(ObjectReader& object, core::ServiceLevelObjective& slo) {
  for (const auto& [field, expected] :
       {std::pair{"apiVersion", kApiVersion}, std::pair{"kind", kKind}}) {
    const std::string mend = "write " + std::string(field) + ": " + std::string(expected);
    if (!object.Require(field, mend)) continue;
    const auto value = object.Text(field, 512);
    if (value && *value != expected) object.Report(field, "'" + *value + "' is unknown", mend);
  }
  if (!object.Require("metadata", "give metadata.name")) return;
  ObjectReader metadata = object.Child("metadata");
  if (!metadata.IsObject()) return;
  slo.name = ReadName(metadata, "name", NameRule::kDnsSubdomain, "the objectives");
  if (metadata.Has("namespace")) {
    slo.ns = ReadName(metadata, "namespace", NameRule::kDnsLabel, "the namespace");
  }
}

}  // namespace

core::ServiceLevelObjective ReadSlo(const nlohmann::json& slo_object,
                                    std::vector<Mistake>& mistakes) {
  core::ServiceLevelObjective slo;
  ObjectReader object(slo_object, "", mistakes);
  if (!object.IsObject()) return slo;
  ReadHead(object, slo);
  object.Has("status");  // known, and none of ours
  if (object.Require("spec", "give spec with service and objectives")) {
    ObjectReader spec = object.Child("spec");
    if (spec.IsObject()) ReadSpec(spec, slo);
  }
  object.RefuseOthers("a ServiceLevelObjective");
  return slo;
}

}  // namespace slogate::spec
