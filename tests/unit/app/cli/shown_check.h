// A look at two SLOs in which everything that a report can show is there.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "app/cli/slo_check.h"

namespace slogate::tests {

inline core::BudgetVerdict Left(double share, double burn, const std::string& cohort = "") {
  using namespace std::chrono_literals;
  core::BudgetVerdict verdict;
  verdict.cohort = cohort;
  verdict.target = 0.995;
  verdict.standing = share > 0 ? core::BudgetStanding::kHealthy : core::BudgetStanding::kExhausted;
  verdict.events = 1'204'000;
  verdict.budget = 6'020;
  verdict.bad = 6'020 * (1 - share);
  verdict.remaining = share;
  verdict.burns = {{5min, burn / 2, 1'000}, {1h, burn, 12'000}, {6h, burn, 70'000}};
  verdict.rows = {{{core::Severity::kPage, 1h, 5min, 14.4}, true, burn > 14.4, false, false}};
  if (burn > 1 && share > 0) verdict.exhausted_in = 4h + 10min;
  verdict.observed = 720h;
  return verdict;
}

inline core::ObjectiveStanding Standing(const std::string& name, core::BudgetVerdict verdict) {
  core::ObjectiveStanding standing;
  standing.objective = name;
  standing.verdicts = {std::move(verdict)};
  return standing;
}

inline core::ObjectiveStanding Unknown(const std::string& name, const std::string& reason) {
  core::BudgetVerdict verdict;
  verdict.reason = reason;
  return Standing(name, verdict);
}

inline core::SloObjective Objective(const std::string& name) {
  core::SloObjective objective;
  objective.name = name;
  objective.target = 0.995;
  return objective;
}

// An SLO with these standings, each of its objectives written two lines after the last.
inline app::CheckedSlo Checked(const std::string& name,
                               std::vector<core::ObjectiveStanding> standings) {
  app::CheckedSlo slo;
  slo.asked.file = "slos/" + name + ".yaml";
  slo.asked.line = 1;
  slo.asked.slo.name = name;
  slo.asked.slo.service = name;
  int line = 10;
  for (core::ObjectiveStanding& standing : standings) {
    slo.asked.slo.objectives.push_back(Objective(standing.objective));
    slo.asked.objective_lines.push_back(line);
    line += 2;
    core::BudgetReading reading;
    reading.source = standing.source;
    slo.readings.push_back(reading);
    for (const core::GateFinding& finding : standing.findings) {
      slo.standing.action = std::max(slo.standing.action, finding.action);
    }
    slo.standing.source_failed |= standing.source != core::SourceProblem::kNone;
    slo.standing.no_data |= standing.source == core::SourceProblem::kNone &&
                            standing.verdicts.front().standing == core::BudgetStanding::kUnknown;
    slo.standing.objectives.push_back(std::move(standing));
  }
  return slo;
}

inline core::ObjectiveStanding Exhausted() {
  core::ObjectiveStanding standing = Standing("latency", Left(-0.12, 14.8));
  standing.dimension = core::Dimension::kLatency;
  standing.findings = {
      {core::GateAction::kBlock, "", "112 % of the error budget is spent"},
      {core::GateAction::kBlock, "", "the budget burns 14.8 times as fast as it may"}};
  return standing;
}

inline core::ObjectiveStanding Provisional() {
  core::BudgetVerdict verdict = Left(0.523, 1.7);
  verdict.provisional = true;
  verdict.observed = std::chrono::hours(12 * 24);
  core::ObjectiveStanding standing = Standing("availability", verdict);
  standing.origin = core::BudgetOrigin::kSlothRules;
  standing.verdicts.push_back(Left(0.08, 3.2, "eu"));
  standing.findings = {{core::GateAction::kWarn, "eu", "8 % of the error budget is left"}};
  standing.notes = {"provisional: at most 12 d of the window have data",
                    "3 gaps, 2h in all, the last until 2026-11-20T04:00:00Z"};
  return standing;
}

inline core::ObjectiveStanding Failed() {
  core::ObjectiveStanding standing = Unknown("quality", "the source failed");
  standing.source = core::SourceProblem::kUnreachable;
  standing.source_message = "GET http://prometheus:9090: connection refused";
  return standing;
}

inline core::ObjectiveStanding NoData() {
  core::ObjectiveStanding standing = Unknown("freshness", "no data");
  standing.findings = {{core::GateAction::kWarn, "", "the budget is unknown: no data", true}};
  return standing;
}

inline app::SloCheck ShownCheck() {
  app::SloCheck check;
  check.at = core::TimePoint(std::chrono::seconds(1'795'000'000));
  app::CheckedSlo checkout = Checked("checkout", {Provisional(), Exhausted()});
  checkout.asked.slo.tier = 1;
  checkout.asked.slo.owner = "payments";
  core::QueryTrace trace;
  trace.query = "sum(increase(http_requests_total{job=\"checkout\"}[1h]))";
  trace.at = check.at;
  trace.answer = "12000";
  trace.took = core::Duration(7);
  checkout.readings.front().trace = {trace};
  check.slos = {checkout, Checked("search", {Failed(), NoData()})};
  return check;
}

}  // namespace slogate::tests
