#include "rules/rule_subject.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "promql/selector.h"
#include "promql/writer.h"
#include "rules/rule_yaml.h"
#include "spec/slo/recorded_names.h"

namespace slogate::rules {
namespace {

core::Labels LabelsOf(const core::ServiceLevelObjective& slo, const core::SloObjective& objective,
                      const std::string& id) {
  core::Labels own;
  if (!slo.owner.empty()) own.emplace_back("owner", slo.owner);
  if (slo.tier) own.emplace_back("tier", std::to_string(*slo.tier));
  const core::Labels given = Merged(Merged(own, slo.labels), objective.labels);
  core::Labels labels;
  for (const auto& label : given) {
    // These belong to single series; on all of them they would mix cohorts and windows.
    if (label.first != spec::kSlothWindow && label.first != spec::kCohortLabel) {
      labels.push_back(label);
    }
  }
  return Merged(labels, {{std::string(spec::kSlothId), id},
                         {std::string(spec::kSlothService), slo.service},
                         {std::string(spec::kSlothSlo), objective.name}});
}

// Whether `whole` is computed from the recorded ratios of `part`.
bool UsesRatiosOf(const core::SloObjective& whole, const std::string& part) {
  if (const auto* composite = std::get_if<core::CompositeIndicator>(&whole.indicator)) {
    return !composite->per_request &&
           std::find(composite->of.begin(), composite->of.end(), part) != composite->of.end();
  }
  const auto* journey = std::get_if<core::JourneyIndicator>(&whole.indicator);
  return journey != nullptr &&
         std::any_of(journey->steps.begin(), journey->steps.end(),
                     [&](const auto& step) { return step.objective == part; });
}

std::vector<core::BurnRow> RowsOf(const core::ServiceLevelObjective& slo,
                                  const core::SloObjective& objective) {
  const std::vector<core::BurnRow>& own = objective.alerting.rows;
  return own.empty() ? core::BurnTable(slo.window) : own;
}

void AddWindows(const std::vector<core::BurnRow>& rows, std::set<core::Duration>& windows) {
  for (const core::BurnRow& row : rows) {
    windows.insert(row.short_window);
    windows.insert(row.long_window);
  }
}

// Of its own alerts, and of those that are computed from its ratios.
std::set<core::Duration> WindowsOf(const core::ServiceLevelObjective& slo,
                                   const core::SloObjective& objective, int levels = 8) {
  std::set<core::Duration> windows = {spec::kBucket};
  AddWindows(RowsOf(slo, objective), windows);
  for (const core::SloObjective& other : slo.objectives) {
    if (levels > 0 && UsesRatiosOf(other, objective.name)) {
      windows.merge(WindowsOf(slo, other, levels - 1));
    }
  }
  return windows;
}

}  // namespace

core::Labels Merged(const core::Labels& labels, const core::Labels& added) {
  std::map<std::string, std::string> merged;
  for (const core::Labels* each : {&labels, &added}) {
    for (const auto& [name, value] : *each) {
      if (promql::IsLabelName(name) && !name.starts_with("__")) merged[name] = value;
    }
  }
  return {merged.begin(), merged.end()};
}

const core::SloObjective* FindObjective(const core::ServiceLevelObjective& slo,
                                        std::string_view name) {
  for (const core::SloObjective& objective : slo.objectives) {
    if (objective.name == name) return &objective;
  }
  return nullptr;
}

std::string SelectorOf(const core::ServiceLevelObjective& slo,
                       const core::SloObjective& objective) {
  const auto equal = [](std::string_view label, const std::string& value) {
    return std::string(label) + "=" + promql::Quote(value);
  };
  return "{" + equal(spec::kSlothId, core::SloId(slo, objective)) + ", " +
         equal(spec::kSlothService, slo.service) + ", " + equal(spec::kSlothSlo, objective.name) +
         "}";
}

Subject SubjectOf(const core::ServiceLevelObjective& slo, const core::SloObjective& objective) {
  std::string id = core::SloId(slo, objective);
  core::Labels labels = LabelsOf(slo, objective, id);
  const core::Duration period = core::NominalLength(slo.window);
  std::set<core::Duration> windows = WindowsOf(slo, objective);
  windows.erase(period);
  return {slo,
          objective,
          std::move(id),
          std::move(labels),
          SelectorOf(slo, objective),
          period,
          RowsOf(slo, objective),
          {windows.begin(), windows.end()}};
}

std::string BudgetText(double target) { return "(1 - " + NumberText(target) + ")"; }

std::string HalfOpenRange(core::Duration length) {
  struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
  };
  constexpr std::array<Unit, 5> kUnits = {
      {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
  std::int64_t rest = length.count() - 1;
  std::string text;
  for (const Unit& unit : kUnits) {
    const std::int64_t whole = rest / unit.milliseconds;
    rest %= unit.milliseconds;
    if (whole > 0) text += std::to_string(whole) + std::string(unit.name);
  }
  return "[" + text + "]";
}

std::string Newest(std::string_view name, const std::string& selector) {
  return "last_over_time(" + std::string(name) + selector + "[10m])";
}

}  // namespace slogate::rules
