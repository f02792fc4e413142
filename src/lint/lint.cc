#include "lint/lint.h"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <utility>

#include "lint/checks.h"

namespace slogate::lint {

void Report::Add(std::string_view code, std::string field, std::string message, std::string fix) {
  const auto same = [&](const Finding& finding) {
    return finding.code == code && finding.field == field;
  };
  if (std::ranges::any_of(findings_, same)) return;
  const auto known = std::find_if(Codes().begin(), Codes().end(),
                                  [&](const Code& one) { return one.name == code; });
  assert(known != Codes().end());
  findings_.push_back(
      {known->level, std::string(code), std::move(field), std::move(message), std::move(fix)});
}

std::string NumberText(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.10g", value);
  return text;
}

std::string PercentText(double share) { return NumberText(share * 100) + " %"; }

namespace {

constexpr auto kChecks = {CheckPolarity, CheckPart,   CheckLabels,    CheckQueries,   CheckCost,
                          CheckTarget,   CheckAlerts, CheckThreshold, CheckStructure, CheckProxy};

void Objectives(const core::ServiceLevelObjective& slo, Report& report) {
  for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
    const core::SloObjective& objective = slo.objectives[i];
    const LintSubject subject{slo, objective, ObjectiveField(i), ViewOf(objective.indicator)};
    for (const auto& check : kChecks) check(subject, report);
  }
  CheckRepeats(slo, report);
}

// Beside fewer baseline pods than this a fixed number of canary pods is not called too small.
constexpr int kFewPods = 5;

// No canary pod gets more traffic than one of the baseline's, so the pods limit the weight. What
// follows the weight always carries it, and an owner knows how many there are.
void CheckCanaryScale(const core::Policy& policy, Report& report) {
  if (policy.workload.promotion != core::Promotion::kManaged || policy.steps.empty()) return;
  const int weight = policy.steps.back().weight_percent;
  const core::CanaryScale& scale = policy.workload.canary_scale;
  const std::string of_step = "a step's weight of " + std::to_string(weight) + " %";
  const std::string follow = "leave canaryScale out: the canary's pods then follow the weight";
  if (scale.replicas && weight * kFewPods > 100 * *scale.replicas) {
    report.Add("canary-small", "spec.workload.canaryScale.replicas",
               std::to_string(*scale.replicas) + " in all carry " + of_step + " beside at most " +
                   std::to_string(100 * *scale.replicas / weight) +
                   " pods of the baseline; beside more the step waits for pods that never come",
               follow);
  }
  const double percent = 100 * scale.share_of_baseline.value_or(1);
  if (percent < weight - 1e-9) {
    report.Add("canary-small", "spec.workload.canaryScale.shareOfBaseline",
               NumberText(percent) + " % of the baseline's pods do not carry " + of_step +
                   ": the step waits for pods that never come",
               follow + "; or give shareOfBaseline: " + std::to_string(weight));
  }
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
    const LintSubject subject{slo, objective, ObjectiveField(i), ViewOf(objective.indicator)};
    for (const auto& check : {CheckPolarity, CheckPart, CheckLabels, CheckQueries, CheckTarget,
                              CheckThreshold, CheckProxy}) {
      check(subject, report);
    }
  }
  CheckRepeats(slo, report);
  CheckDimensions(slo, report);
  CheckCanaryScale(policy, report);
  CheckTracks(policy, report);
  return report.Take();
}

std::vector<std::vector<Finding>> LintTogether(
    const std::vector<const core::ServiceLevelObjective*>& slos) {
  std::vector<std::vector<Finding>> findings;
  std::map<std::string, bool> only_availability;  // by service
  for (const core::ServiceLevelObjective* slo : slos) {
    const auto [place, first] = only_availability.emplace(slo->service, true);
    place->second = place->second && OnlyAvailability(*slo);
  }
  std::map<std::string, std::string> seen;  // by id: whose it is
  for (const core::ServiceLevelObjective* slo : slos) {
    Report report;
    if (std::exchange(only_availability[slo->service], false)) CheckDimensions(*slo, report);
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

const std::vector<Code>& Codes() {
  constexpr Level kError = Level::kError;
  constexpr Level kWarning = Level::kWarning;
  static const std::vector<Code> codes = {
      {"alerting-off", kWarning},
      {"availability-only", kWarning},
      {"bad-query", kError},
      {"bucket-sum", kError},
      {"calendar-no-effect", kWarning},
      {"calendar-overlap", kWarning},
      {"calendar-past", kWarning},
      {"canary-not-covered", kWarning},
      {"canary-small", kWarning},
      {"cluster-problem", kError},
      {"cohort-missing", kError},
      {"cohort-pinned", kWarning},
      {"cohort-too-many", kWarning},
      {"composite-mixed", kWarning},
      {"composite-tight", kWarning},
      {"duplicate-id", kError},
      {"events-for-rate", kWarning},
      {"fixed-window", kWarning},
      {"gauge-as-counter", kWarning},
      {"journey-tight", kWarning},
      {"labels-never-join", kError},
      {"last-two-samples", kWarning},
      {"low-traffic", kWarning},
      {"missing-series", kError},
      {"never-moves", kWarning},
      {"never-pages", kError},
      {"no-boundary", kError},
      {"no-data", kWarning},
      {"no-matcher", kWarning},
      {"no-rate", kError},
      {"no-window", kError},
      {"part-contradicts", kError},
      {"part-is-total", kError},
      {"part-larger", kError},
      {"part-missing", kWarning},
      {"part-not-subset", kWarning},
      {"polarity", kError},
      {"quality-proxy", kWarning},
      {"rate-for-events", kError},
      {"regex-wide", kWarning},
      {"retention", kWarning},
      {"row-never-fires", kWarning},
      {"same-indicator", kWarning},
      {"service-selects-both", kError},
      {"sla-no-buffer", kWarning},
      {"stale-series", kError},
      {"stuck-bad", kError},
      {"stuck-good", kWarning},
      {"target-extreme", kWarning},
      {"target-low", kWarning},
      {"threshold-unit", kWarning},
      {"too-many-series", kWarning},
      {"tracks-overlap", kError},
  };
  return codes;
}

std::string_view ToString(Level level) {
  return core::WordOf<Level::kError>(level, {"warning", "error"});
}

}  // namespace slogate::lint
