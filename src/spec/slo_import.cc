#include "spec/slo_import.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>

namespace slogate::spec {
namespace {

using nlohmann::json;

struct Countable {
  std::optional<core::Indicator> indicator;
  std::string why_not;
};

Countable OfArms(const core::Indicator& indicator) {
  const auto* promql = std::get_if<core::PromqlIndicator>(&indicator);
  if (promql == nullptr) return {indicator, ""};
  return {std::nullopt, "its PromQL cannot tell the arms apart"};
}

struct CountableOf {
  Countable operator()(const core::Indicator& indicator) const { return OfArms(indicator); }
  Countable operator()(const core::RatioIndicator&) const {
    return {std::nullopt, "it is a ratio, not events"};
  }
  Countable operator()(const core::CompositeIndicator& composite) const {
    if (composite.per_request) return OfArms(*composite.per_request);
    return {std::nullopt, "it has no perRequest that counts its events"};
  }
  Countable operator()(const core::JourneyIndicator&) const {
    return {std::nullopt, "a journey is not the events of one workload"};
  }
};

// A null where there is none.
const json& Child(const json& object, const char* name) {
  static const json kNone;
  if (!object.is_object()) return kNone;
  const auto found = object.find(name);
  return found == object.end() ? kNone : *found;
}

}  // namespace

SloMissing NotGiven(const std::string& name) {
  return {"'" + name + "' is not among what was given",
          "give the ServiceLevelObjective of this name as well"};
}

std::string SloNameOf(const json& policy_object) {
  const json& name = Child(Child(Child(policy_object, "spec"), "slo"), "name");
  return name.is_string() ? name.get<std::string>() : "";
}

ImportedObjectives ImportObjectives(const core::ServiceLevelObjective& slo) {
  ImportedObjectives imported;
  for (const core::SloObjective& promised : slo.objectives) {
    Countable countable = std::visit(CountableOf{}, promised.indicator);
    if (!countable.indicator) {
      imported.passed_over.push_back({promised.name, std::move(countable.why_not)});
      continue;
    }
    core::Objective& objective = imported.objectives.emplace_back();
    objective.name = promised.name;
    objective.service = slo.service;
    objective.dimension = promised.dimension;
    objective.target = promised.target;
    objective.window = slo.window;
    objective.burn_rows = promised.alerting.rows;
    objective.mode = promised.mode;
    objective.indicator = *std::move(countable.indicator);
  }
  return imported;
}

std::vector<core::CalendarEntry> ImportCalendar(const core::ServiceLevelObjective& slo) {
  std::vector<core::CalendarEntry> calendar = slo.calendar;
  for (core::CalendarEntry& entry : calendar) {
    if (!entry.frozen_below) continue;
    entry.frozen_below = std::min(*entry.frozen_below, slo.gate.never_blocked_from);
  }
  return calendar;
}

}  // namespace slogate::spec
