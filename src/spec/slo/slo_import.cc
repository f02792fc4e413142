#include "spec/slo/slo_import.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "spec/slo/slo_parts.h"
#include "spec/text/mistake.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

struct Countable {
  std::optional<core::Indicator> indicator;
  std::string why_not;
};

Countable OfTracks(const core::Indicator& indicator) {
  const auto* promql = std::get_if<core::PromqlIndicator>(&indicator);
  if (promql == nullptr) return {indicator, ""};
  return {std::nullopt, "its PromQL cannot tell the tracks apart"};
}

struct CountableOf {
  Countable operator()(const core::Indicator& indicator) const { return OfTracks(indicator); }
  Countable operator()(const core::RatioIndicator&) const {
    return {std::nullopt, "it is a ratio, not events"};
  }
  Countable operator()(const core::CompositeIndicator& composite) const {
    if (composite.per_request) return OfTracks(*composite.per_request);
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

using core::SloObjective;

// One place where an objective names another.
struct Reference {
  std::string field;  // within the objective's own place
  std::string name;
};

std::vector<Reference> PartsOf(const core::Sli& sli) {
  std::vector<Reference> parts;
  if (const auto* composite = std::get_if<core::CompositeIndicator>(&sli)) {
    for (std::size_t i = 0; i < composite->of.size(); ++i) {
      parts.push_back({"indicator.composite.of[" + std::to_string(i) + "]", composite->of[i]});
    }
  }
  if (const auto* journey = std::get_if<core::JourneyIndicator>(&sli)) {
    for (std::size_t i = 0; i < journey->steps.size(); ++i) {
      parts.push_back({"indicator.journey.steps[" + std::to_string(i) + "].objective",
                       journey->steps[i].objective});
    }
  }
  return parts;
}

std::optional<std::size_t> PlaceOf(const std::vector<SloObjective>& objectives,
                                   const std::string& name) {
  const auto found = std::ranges::find_if(
      objectives, [&](const SloObjective& objective) { return objective.name == name; });
  if (found == objectives.end()) return std::nullopt;
  return static_cast<std::size_t>(found - objectives.begin());
}

void CheckName(ObjectReader& spec, const std::string& field, const std::string& name,
               const std::vector<SloObjective>& objectives) {
  if (name.empty() || PlaceOf(objectives, name)) return;
  std::vector<std::string> names;
  for (const SloObjective& objective : objectives) names.push_back(objective.name);
  const auto meant = Suggest(name, names);
  spec.Report(field, "'" + name + "' is no objective here",
              meant ? "did you mean " + *meant + "?" : "name an objective of this file's list");
}

// Whether a walk along `next` from `from` comes back to it.
template <typename Next>
bool ComesBack(std::size_t from, std::size_t count, const Next& next) {
  std::vector<bool> seen(count, false);
  std::vector<std::size_t> open = next(from);
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    if (at == from) return true;
    if (seen[at]) continue;
    seen[at] = true;
    for (const std::size_t other : next(at)) open.push_back(other);
  }
  return false;
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

void CheckReferences(ObjectReader& spec, const std::vector<SloObjective>& objectives) {
  const auto parts = [&](std::size_t i) {
    std::vector<std::size_t> places;
    for (const Reference& part : PartsOf(objectives[i].indicator)) {
      if (const auto place = PlaceOf(objectives, part.name)) places.push_back(*place);
    }
    return places;
  };
  const auto led = [&](std::size_t i) {
    const auto place = PlaceOf(objectives, objectives[i].leads);
    return place ? std::vector<std::size_t>{*place} : std::vector<std::size_t>{};
  };
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    const std::string at = "objectives[" + std::to_string(i) + "].";
    for (const Reference& part : PartsOf(objectives[i].indicator)) {
      CheckName(spec, at + part.field, part.name, objectives);
    }
    CheckName(spec, at + "leads", objectives[i].leads, objectives);
    if (ComesBack(i, objectives.size(), parts)) {
      spec.Report(at + "indicator", "is made of itself", "name objectives that do not need it");
    }
    if (ComesBack(i, objectives.size(), led)) {
      spec.Report(at + "leads", "foretells itself",
                  "name the objective whose budget suffers later");
    }
  }
}

}  // namespace slogate::spec
