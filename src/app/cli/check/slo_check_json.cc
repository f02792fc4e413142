#include <cmath>
#include <nlohmann/json.hpp>

#include "app/cli/check/check_report.h"
#include "app/cli/check/slo_check_report.h"
#include "app/cli/check/slo_check_words.h"
#include "app/cli/status/counts_report.h"
#include "spec/text/duration_text.h"
#include "spec/text/time_text.h"

namespace slogate::app {
namespace {

using Json = nlohmann::ordered_json;

Json Finite(double number) { return std::isfinite(number) ? NumberJson(number) : Json(nullptr); }

Json Optional(const std::optional<double>& number) {
  return number ? Finite(*number) : Json(nullptr);
}

double Seconds(core::Duration time) { return static_cast<double>(time.count()) / 1000; }

Json FindingsJson(const std::vector<core::GateFinding>& findings) {
  Json list = Json::array();
  for (const core::GateFinding& finding : findings) {
    list.push_back({{"action", ToString(finding.action)},
                    {"cohort", finding.cohort},
                    {"message", finding.message}});
  }
  return list;
}

Json RowsJson(const core::BudgetVerdict& verdict) {
  Json rows = Json::array();
  for (const core::BurnRowReading& row : verdict.rows) {
    rows.push_back({{"severity", ToString(row.row.severity)},
                    {"longWindow", spec::ToText(row.row.long_window)},
                    {"shortWindow", spec::ToText(row.row.short_window)},
                    {"factor", Finite(row.row.factor)},
                    {"known", row.known},
                    {"firing", row.firing},
                    {"impossible", row.impossible},
                    {"oneEvent", row.one_event}});
  }
  return rows;
}

Json GapsJson(const core::BudgetVerdict& verdict) {
  Json gaps = Json::array();
  for (const core::BudgetGap& gap : verdict.gaps) {
    gaps.push_back({{"from", spec::ToText(gap.from)},
                    {"to", spec::ToText(gap.to)},
                    {"problem", ToString(gap.problem)}});
  }
  return gaps;
}

Json BudgetJson(const core::BudgetVerdict& verdict) {
  const bool known = verdict.state != core::BudgetState::kUnknown;
  Json json{{"cohort", verdict.cohort},
            {"target", verdict.target},
            {"status", ToString(verdict.state)},
            {"reason", verdict.reason},
            {"counted", verdict.counted},
            {"events", Finite(verdict.events)},
            {"bad", Finite(verdict.bad)},
            {"budget", Finite(verdict.budget)},
            {"remaining", known ? Finite(verdict.remaining) : Json(nullptr)},
            {"remainingAtBest", Optional(verdict.remaining_at_best)},
            {"slaRemaining", Optional(verdict.sla_remaining)},
            {"budgetFactor", Finite(verdict.budget_factor)},
            {"exhaustedInSeconds",
             verdict.exhausted_in ? Json(Seconds(*verdict.exhausted_in)) : Json(nullptr)},
            {"provisional", verdict.provisional},
            {"observedSeconds", Seconds(verdict.observed)},
            {"burns", Json::array()},
            {"rows", RowsJson(verdict)},
            {"gaps", GapsJson(verdict)}};
  for (const core::BurnReading& burn : verdict.burns) {
    json["burns"].push_back({{"window", spec::ToText(burn.window)},
                             {"burn", Optional(burn.burn)},
                             {"events", Finite(burn.events)}});
  }
  return json;
}

Json TraceJson(const core::BudgetReading& reading) {
  Json list = Json::array();
  for (const core::QueryTrace& trace : reading.trace) {
    list.push_back({{"query", trace.query},
                    {"at", spec::ToText(trace.at)},
                    {"answer", trace.answer},
                    {"milliseconds", trace.took.count()}});
  }
  return list;
}

Json ObjectiveJson(const CheckedSlo& slo, std::size_t place, bool explain) {
  const core::ObjectiveSummary& summary = slo.summary.objectives[place];
  const std::vector<int>& lines = slo.requested.objective_lines;
  Json json{
      {"name", summary.objective},
      {"line", place < lines.size() ? lines[place] : 0},
      {"dimension", ToString(summary.dimension)},
      {"mode", ToString(summary.mode)},
      {"origin", ToString(summary.origin)},
      {"source", {{"problem", ToString(summary.source)}, {"message", summary.source_message}}},
      {"budgets", Json::array()},
      {"cohortsLeftOut", summary.cohorts_left_out},
      {"findings", FindingsJson(summary.findings)},
      {"notes", summary.notes},
      {"warnings", slo.readings[place].warnings}};
  for (const core::BudgetVerdict& verdict : summary.verdicts) {
    json["budgets"].push_back(BudgetJson(verdict));
  }
  if (explain) json["queries"] = TraceJson(slo.readings[place]);
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
            {"tier", requested.tier ? Json(*requested.tier) : Json(nullptr)},
            {"window", WindowText(requested.window)},
            {"form", ToString(requested.form)},
            {"action", ToString(slo.summary.action)},
            {"sourceFailed", slo.summary.source_failed},
            {"noData", slo.summary.no_data},
            {"exitCode", static_cast<int>(Verdict(slo, check.strict))},
            {"findings", FindingsJson(slo.summary.findings)},
            {"objectives", Json::array()}};
  for (std::size_t i = 0; i < slo.summary.objectives.size(); ++i) {
    json["objectives"].push_back(ObjectiveJson(slo, i, place.explain));
  }
  return json;
}

Json PolicyJson(const CheckedPolicy& policy, const ReportPlace& place) {
  Json json{{"file", FileIn(place, policy.requested.file)}, {"line", policy.requested.line}};
  json.update(ToJson(
      CheckReport{policy.requested.name, policy.requested.request, policy.result, policy.budgets}));
  return json;
}

// Everything that `gate check -o json` gives has these fields, whatever was asked.
Json Whole(core::TimePoint at, core::ChangePriority priority, std::string_view verdict,
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

void Write(const Json& json, std::ostream& out) {
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace

void PrintJson(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  Json json = Whole(check.at, check.priority, WordOf(check), Verdict(check), Summary(check));
  for (const CheckedSlo& slo : check.slos) json["slos"].push_back(SloJson(slo, check, place));
  for (const CheckedPolicy& policy : check.policies) {
    json["policies"].push_back(PolicyJson(policy, place));
  }
  Write(json, out);
}

void PrintJson(const AaTestReport& report, core::ChangePriority priority, std::ostream& out) {
  const ExitCode code = Verdict(report);
  Json json = Whole(report.request.at, priority, WordOf(code), code, Summary(report));
  json["aaTests"].push_back(ToJson(report));
  Write(json, out);
}

}  // namespace slogate::app
