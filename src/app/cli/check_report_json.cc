#include <cmath>

#include "app/cli/check_report.h"
#include "app/cli/time_text.h"
#include "app/controller/json_text.h"
#include "spec/duration_text.h"

namespace slogate::app {
namespace {

// Digits beyond these say nothing about a verdict.
double Rounded(double log_e) { return std::round(log_e * 1e6) / 1e6; }

void WriteArm(JsonWriter& json, const char* name, const core::Counts& counts) {
  json.BeginObject(name);
  json.Number("events", counts.total);
  json.Number("bad", counts.bad);
  if (counts.total > 0) {
    json.Number("rate", counts.bad / counts.total);
  } else {
    json.Null("rate");
  }
  json.EndObject();
}

void WriteEvidence(JsonWriter& json, const char* name, double log_e, double alpha, int tenths) {
  json.BeginObject(name);
  json.Number("logE", Rounded(log_e));
  json.Number("logThreshold", Rounded(-std::log(alpha)));
  json.Integer("tenths", tenths);
  json.EndObject();
}

void WriteObjective(JsonWriter& json, const core::ObjectiveVerdict& verdict,
                    const core::FrozenObjective& objective, const core::Comparison& comparison) {
  json.BeginObject();
  json.Text("name", verdict.objective);
  json.Text("dimension", ToString(verdict.dimension));
  json.Text("mode", ToString(objective.mode));
  json.Text("verdict", ToString(verdict.verdict));
  json.Text("reason", ToString(verdict.reason));
  json.Text("message", verdict.message);
  WriteArm(json, "canary", verdict.counts.canary);
  WriteArm(json, "baseline", verdict.counts.baseline);
  json.BeginObject("evidence");
  WriteEvidence(json, "worse", verdict.evidence.rollback, comparison.alpha,
                verdict.rollback_tenths);
  WriteEvidence(json, "noWorse", verdict.evidence.promotion, comparison.promotion_alpha,
                verdict.promotion_tenths);
  json.EndObject();
  json.BeginObject("dispersion");
  json.Flag("measured", objective.parameters.dispersion.measured);
  json.Number("phi", objective.parameters.dispersion.phi_max);
  json.EndObject();
  json.EndObject();
}

const char* Word(ExitCode code) {
  switch (code) {
    case ExitCode::kPass:
      return "Pass";
    case ExitCode::kFail:
      return "Fail";
    case ExitCode::kUsage:
      return "Usage";
    case ExitCode::kInconclusive:
      return "Inconclusive";
    case ExitCode::kSource:
      return "SourceUnavailable";
  }
  return "";
}

}  // namespace

void PrintJson(const CheckReport& report, std::ostream& out) {
  const LookbackResult& result = report.result;
  const core::Policy& policy = report.request.policy;
  const ExitCode code = Verdict(result);
  JsonWriter json;
  json.BeginObject();
  json.Text("policy", report.policy);
  json.Text("lookback", spec::ToText(report.request.lookback));
  json.Text("at", ToText(report.request.at));
  json.Text("blockLength", spec::ToText(core::BlockLength(policy.prometheus)));
  json.Integer("blocks", static_cast<std::int64_t>(result.blocks));
  json.Text("verdict", Word(code));
  json.Integer("exitCode", static_cast<int>(code));
  json.BeginObject("source");
  json.Text("problem", ToString(result.source));
  json.Text("message", result.message);
  json.EndObject();
  json.BeginArray("objectives");
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    WriteObjective(json, result.verdicts[i], result.objectives[i], policy.comparison);
  }
  json.EndArray();
  json.BeginArray("warnings");
  for (const std::string& warning : result.warnings) json.Text({}, warning);
  json.EndArray();
  json.EndObject();
  out << json.text() << "\n";
}

}  // namespace slogate::app
