#include "lint/lint.h"

#include <map>
#include <utility>

#include "lint/checks.h"

namespace slogate::lint {
namespace {

constexpr auto kChecks = {CheckPolarity, CheckPart,   CheckLabels,    CheckQueries,   CheckCost,
                          CheckTarget,   CheckAlerts, CheckThreshold, CheckStructure, CheckProxy};

void Objectives(const core::ServiceLevelObjective& slo, Report& report) {
  for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
    const core::SloObjective& objective = slo.objectives[i];
    const Subject subject{slo, objective, ObjectiveField(i), ViewOf(objective.indicator)};
    for (const auto& check : kChecks) check(subject, report);
  }
  CheckRepeats(slo, report);
}

}  // namespace

std::vector<Finding> Lint(const core::ServiceLevelObjective& slo,
                          std::optional<core::TimePoint> at) {
  Report report;
  Objectives(slo, report);
  CheckCalendar(slo, at, report);
  return report.Take();
}

core::ServiceLevelObjective AsSlo(const core::Policy& policy) {
  core::ServiceLevelObjective slo;
  slo.service = policy.workload.deployment;
  slo.prometheus = policy.prometheus;
  for (const core::Objective& objective : policy.objectives) {
    core::SloObjective& one = slo.objectives.emplace_back();
    one.name = objective.name;
    one.dimension = objective.dimension;
    one.mode = objective.mode;
    one.target = objective.target;
    one.indicator = objective.indicator;
    one.alerting.rows = objective.burn_rows;
    if (objective.cohorts)
      one.cohorts = core::SloCohorts{objective.cohorts->by, objective.cohorts->most, {}};
  }
  return slo;
}

std::vector<Finding> Lint(const core::Policy& policy) {
  Report report;
  core::ServiceLevelObjective slo = AsSlo(policy);
  for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
    const core::SloObjective& objective = slo.objectives[i];
    slo.window = policy.objectives[i].window;
    const Subject subject{slo, objective, ObjectiveField(i), ViewOf(objective.indicator)};
    CheckPolarity(subject, report);
    CheckPart(subject, report);
    CheckLabels(subject, report);
    CheckQueries(subject, report);
    CheckTarget(subject, report);
    CheckThreshold(subject, report);
    CheckProxy(subject, report);
  }
  CheckRepeats(slo, report);
  return report.Take();
}

std::vector<std::vector<Finding>> LintTogether(
    const std::vector<const core::ServiceLevelObjective*>& slos) {
  std::vector<std::vector<Finding>> findings;
  std::map<std::string, std::string> seen;  // by id: whose it is
  for (const core::ServiceLevelObjective* slo : slos) {
    Report report;
    for (std::size_t i = 0; i < slo->objectives.size(); ++i) {
      const std::string id = core::SloId(*slo, slo->objectives[i]);
      const auto [place, first] = seen.emplace(id, slo->name);
      if (first) continue;
      report.Add("duplicate-id", ObjectiveField(i) + ".name",
                 "the id " + id + " is taken already, by " + place->second +
                     ": their recorded series would be mixed",
                 "give the service or the objective another name");
    }
    findings.push_back(report.Take());
  }
  return findings;
}

}  // namespace slogate::lint
