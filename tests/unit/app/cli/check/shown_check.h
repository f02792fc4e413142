// A check two SLOs in which everything that a report can show is there.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "app/cli/check/slo_check.h"

namespace slogate::tests {

inline core::BudgetVerdict Left(double share, double burn, const std::string& cohort = "") {
  using namespace std::chrono_literals;
  core::BudgetVerdict verdict;
  verdict.cohort = cohort;
  verdict.target = 0.995;
  verdict.state = share > 0 ? core::BudgetState::kHealthy : core::BudgetState::kExhausted;
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

inline core::ObjectiveSummary Summary(const std::string& name, core::BudgetVerdict verdict) {
  core::ObjectiveSummary summary;
  summary.objective = name;
  summary.verdicts = {std::move(verdict)};
  return summary;
}

inline core::ObjectiveSummary Unknown(const std::string& name, const std::string& reason) {
  core::BudgetVerdict verdict;
  verdict.reason = reason;
  return Summary(name, verdict);
}

inline core::SloObjective Objective(const std::string& name) {
  core::SloObjective objective;
  objective.name = name;
  objective.target = 0.995;
  return objective;
}

// An SLO with these standings, each of its objectives written two lines after the last.
inline app::CheckedSlo Checked(const std::string& name,
                               std::vector<core::ObjectiveSummary> standings) {
  app::CheckedSlo slo;
  slo.requested.file = "slos/" + name + ".yaml";
  slo.requested.line = 1;
  slo.requested.slo.name = name;
  slo.requested.slo.service = name;
  int line = 10;
  for (core::ObjectiveSummary& summary : standings) {
    slo.requested.slo.objectives.push_back(Objective(summary.objective));
    slo.requested.objective_lines.push_back(line);
    line += 2;
    core::BudgetReading reading;
    reading.source = summary.source;
    slo.readings.push_back(reading);
    for (const core::GateFinding& finding : summary.findings) {
      slo.summary.action = std::max(slo.summary.action, finding.action);
    }
    slo.summary.source_failed |= summary.source != core::SourceProblem::kNone;
    slo.summary.no_data |= summary.source == core::SourceProblem::kNone &&
                           summary.verdicts.front().state == core::BudgetState::kUnknown;
    slo.summary.objectives.push_back(std::move(summary));
  }
  return slo;
}

inline core::ObjectiveSummary Exhausted() {
  core::ObjectiveSummary summary = Summary("latency", Left(-0.12, 14.8));
  summary.dimension = core::Dimension::kLatency;
  summary.findings = {
      {core::GateAction::kBlock, "", "112 % of the error budget is spent"},
      {core::GateAction::kBlock, "", "the budget burns 14.8 times as fast as it may"}};
  return summary;
}

inline core::ObjectiveSummary Provisional() {
  core::BudgetVerdict verdict = Left(0.523, 1.7);
  verdict.provisional = true;
  verdict.observed = std::chrono::hours(12 * 24);
  core::ObjectiveSummary summary = Summary("availability", verdict);
  summary.origin = core::BudgetOrigin::kSlothRules;
  summary.verdicts.push_back(Left(0.08, 3.2, "eu"));
  summary.findings = {{core::GateAction::kWarn, "eu", "8 % of the error budget is left"}};
  summary.notes = {"provisional: at most 12 d of the window have data",
                   "3 gaps, 2h in all, the last until 2026-11-20T04:00:00Z"};
  return summary;
}

inline core::ObjectiveSummary Failed() {
  core::ObjectiveSummary summary = Unknown("quality", "the source failed");
  summary.source = core::SourceProblem::kUnreachable;
  summary.source_message = "GET http://prometheus:9090: connection refused";
  return summary;
}

inline core::ObjectiveSummary NoData() {
  core::ObjectiveSummary summary = Unknown("freshness", "no data");
  summary.findings = {{core::GateAction::kWarn, "", "the budget is unknown: no data", true}};
  return summary;
}

inline app::SloCheck ShownCheck() {
  app::SloCheck check;
  check.at = core::TimePoint(std::chrono::seconds(1'795'000'000));
  app::CheckedSlo checkout = Checked("checkout", {Provisional(), Exhausted()});
  checkout.requested.slo.tier = 1;
  checkout.requested.slo.owner = "payments";
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
