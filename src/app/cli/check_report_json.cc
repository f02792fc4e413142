#include <cmath>
#include <nlohmann/json.hpp>

#include "app/cli/budget_object.h"
#include "app/cli/check_report.h"
#include "app/cli/counts_report.h"
#include "app/cli/slices_report.h"
#include "spec/duration_text.h"
#include "spec/time_text.h"

namespace slogate::app {
namespace {

using Json = nlohmann::ordered_json;

// Digits beyond these say nothing about a verdict. JSON has no infinity; null stands for it.
Json Rounded(double log_e) {
  if (!std::isfinite(log_e)) return nullptr;
  return std::round(log_e * 1e6) / 1e6;
}

Json EvidenceJson(double log_e, double alpha, int tenths) {
  Json evidence;
  evidence["logE"] = Rounded(log_e);
  evidence["logThreshold"] = Rounded(-std::log(alpha));
  evidence["tenths"] = tenths;
  return evidence;
}

Json ObjectiveJson(const core::ObjectiveVerdict& verdict, const core::FrozenObjective& objective,
                   const core::Comparison& comparison) {
  Json json;
  json["name"] = verdict.objective;
  json["dimension"] = ToString(verdict.dimension);
  json["mode"] = ToString(objective.mode);
  json["verdict"] = ToString(verdict.verdict);
  json["reason"] = ToString(verdict.reason);
  json["message"] = verdict.message;
  json["canary"] = CountsJson(verdict.counts.canary);
  json["baseline"] = CountsJson(verdict.counts.baseline);
  json["evidence"]["worse"] =
      EvidenceJson(verdict.evidence.rollback, comparison.alpha, verdict.rollback_tenths);
  json["evidence"]["noWorse"] = EvidenceJson(verdict.evidence.promotion, comparison.promotion_alpha,
                                             verdict.promotion_tenths);
  json["dispersion"]["measured"] = objective.parameters.dispersion.measured;
  json["dispersion"]["phi"] = NumberJson(objective.parameters.dispersion.phi_max);
  PutSlices(json, objective, verdict);
  return json;
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
    case ExitCode::kNeedsPerson:
      return "NeedsPerson";
    case ExitCode::kInterrupted:
      return "Interrupted";
  }
  return "";
}

}  // namespace

Json ToJson(const CheckReport& report) {
  const LookbackResult& result = report.result;
  const core::Policy& policy = report.request.policy;
  const ExitCode code = Verdict(result);
  Json json;
  json["policy"] = report.policy;
  json["lookback"] = spec::ToText(report.request.lookback);
  json["at"] = spec::ToSecondsText(report.request.at);
  json["blockLength"] = spec::ToText(core::BlockLength(policy.prometheus));
  json["blocks"] = result.blocks;
  json["verdict"] = Word(code);
  json["exitCode"] = static_cast<int>(code);
  json["source"]["problem"] = ToString(result.source);
  json["source"]["message"] = result.message;
  json["objectives"] = Json::array();
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    json["objectives"].push_back(
        ObjectiveJson(result.verdicts[i], result.objectives[i], policy.comparison));
  }
  if (!report.budgets.statuses.empty() || !report.budgets.refusal.empty()) {
    json["budgets"] = BudgetsJson(report.budgets.statuses);
    json["budgetRefusal"] = report.budgets.refusal;
  }
  json["warnings"] = result.warnings;
  return json;
}

}  // namespace slogate::app
