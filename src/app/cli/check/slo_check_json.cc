#include <cmath>

#include "app/cli/check/slo_check.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

Json Finite(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? NumberJson(*number) : Json(nullptr);
}

double InSeconds(core::Duration time) { return static_cast<double>(time.count()) / 1000; }

Json GateFindingJson(const core::GateFinding& finding) {
  return {{"action", ToString(finding.action)},
          {"cohort", finding.cohort},
          {"message", finding.message}};
}

Json BurnJson(const core::BurnReading& burn) {
  return {{"window", spec::ToText(burn.window)},
          {"burn", Finite(burn.burn)},
          {"events", Finite(burn.events)}};
}

Json RowJson(const core::BurnRowReading& row) {
  return {{"severity", ToString(row.row.severity)},
          {"longWindow", spec::ToText(row.row.long_window)},
          {"shortWindow", spec::ToText(row.row.short_window)},
          {"factor", Finite(row.row.factor)},
          {"known", row.known},
          {"firing", row.firing},
          {"impossible", row.impossible},
          {"oneEvent", row.one_event}};
}

Json GapJson(const core::BudgetGap& gap) {
  return {{"from", spec::ToText(gap.from)},
          {"to", spec::ToText(gap.to)},
          {"problem", ToString(gap.problem)}};
}

Json BudgetJson(const core::BudgetVerdict& verdict) {
  const bool known = verdict.state != core::BudgetState::kUnknown;
  return {{"cohort", verdict.cohort},
          {"target", verdict.target},
          {"status", ToString(verdict.state)},
          {"reason", verdict.reason},
          {"counted", verdict.counted},
          {"events", Finite(verdict.events)},
          {"bad", Finite(verdict.bad)},
          {"budget", Finite(verdict.budget)},
          {"remaining", known ? Finite(verdict.remaining) : Json(nullptr)},
          {"remainingAtBest", Finite(verdict.remaining_at_best)},
          {"slaRemaining", Finite(verdict.sla_remaining)},
          {"budgetFactor", Finite(verdict.budget_factor)},
          {"exhaustedInSeconds",
           verdict.exhausted_in ? Json(InSeconds(*verdict.exhausted_in)) : Json(nullptr)},
          {"outageSeconds", known ? Json(InSeconds(verdict.outage_time)) : Json(nullptr)},
          {"provisional", verdict.provisional},
          {"atLeast", verdict.at_least_of > core::Duration(0)},
          {"observedSeconds", InSeconds(verdict.observed)},
          {"burns", ListOf(verdict.burns, BurnJson)},
          {"rows", ListOf(verdict.rows, RowJson)},
          {"gaps", ListOf(verdict.gaps, GapJson)}};
}

Json TraceJson(const core::QueryTrace& trace) {
  return {{"query", trace.query},
          {"at", spec::ToText(trace.at)},
          {"answer", trace.answer},
          {"milliseconds", trace.took.count()}};
}

Json SloObjectiveJson(const CheckedSlo& slo, std::size_t place, bool explain) {
  const core::ObjectiveSummary& summary = slo.summary.objectives[place];
  const std::vector<int>& lines = slo.requested.objective_lines;
  Json json{
      {"name", summary.objective},
      {"line", place < lines.size() ? lines[place] : 0},
      {"dimension", ToString(summary.dimension)},
      {"mode", ToString(summary.mode)},
      {"origin", ToString(summary.origin)},
      {"source", {{"problem", ToString(summary.source)}, {"message", summary.source_message}}},
      {"budgets", ListOf(summary.verdicts, BudgetJson)},
      {"cohortsLeftOut", summary.cohorts_left_out},
      {"findings", ListOf(summary.findings, GateFindingJson)},
      {"notes", summary.notes},
      {"warnings", slo.readings[place].warnings}};
  if (!slo.periods.empty()) json["periods"] = PeriodsJson(slo, place);
  if (explain) json["queries"] = ListOf(slo.readings[place].trace, TraceJson);
  return json;
}

Json SloJson(const CheckedSlo& slo, const SloCheck& check, const ReportPlace& place) {
  const core::ServiceLevelObjective& requested = slo.requested.slo;
  Json json{{"file", FileIn(place, slo.requested.file)},
            {"line", slo.requested.line},
            {"name", requested.name},
            {"namespace", requested.ns},
            {"service", requested.service},
            {"owner", requested.owner},
            {"tier", OrNull(requested.tier)},
            {"window", WindowText(requested.window)},
            {"form", ToString(requested.form)},
            {"action", ToString(slo.summary.action)},
            {"sourceFailed", slo.summary.source_failed},
            {"noData", slo.summary.no_data},
            {"exitCode", static_cast<int>(Verdict(slo, check.strict))},
            {"findings", ListOf(slo.summary.findings, GateFindingJson)},
            {"objectives", Json::array()}};
  for (std::size_t i = 0; i < slo.summary.objectives.size(); ++i) {
    json["objectives"].push_back(SloObjectiveJson(slo, i, place.explain));
  }
  return json;
}

Json PolicyJson(const CheckedPolicy& policy, const ReportPlace& place) {
  Json json{{"file", FileIn(place, policy.requested.file)}, {"line", policy.requested.line}};
  json.update(ToJson(policy));
  return json;
}

}  // namespace

Json JsonHead(core::TimePoint at, core::ChangePriority priority, std::string_view verdict,
              ExitCode code, const std::string& summary) {
  return {{"at", spec::ToSecondsText(at)},
          {"priority", ToString(priority)},
          {"verdict", verdict},
          {"exitCode", static_cast<int>(code)},
          {"summary", summary},
          {"slos", Json::array()},
          {"policies", Json::array()},
          {"aaTests", Json::array()}};
}

void PrintJson(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  Json json = JsonHead(check.at, check.priority, WordOf(check), Verdict(check), Summary(check));
  for (const CheckedSlo& slo : check.slos) json["slos"].push_back(SloJson(slo, check, place));
  for (const CheckedPolicy& policy : check.policies) {
    json["policies"].push_back(PolicyJson(policy, place));
  }
  PrintValue(json, OutputFormat::kJson, out);
}

}  // namespace slogate::app
