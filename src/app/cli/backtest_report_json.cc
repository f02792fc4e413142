#include <nlohmann/json.hpp>

#include "app/cli/backtest_report.h"
#include "app/cli/counts_report.h"
#include "app/cli/output.h"
#include "spec/duration_text.h"
#include "spec/time_text.h"

namespace slogate::app {
namespace {

using Json = nlohmann::ordered_json;

const char* Word(const BacktestResult& result) {
  if (result.source != core::SourceProblem::kNone) return "SourceUnavailable";
  switch (result.end) {
    case BacktestEnd::kWouldPromote:
      return "WouldPromote";
    case BacktestEnd::kWouldRollBack:
      return "WouldRollBack";
    case BacktestEnd::kUndecided:
      return "Undecided";
  }
  return "";
}

Json DecisionJson(const core::HistoryEntry& entry) {
  Json json;
  json["at"] = spec::ToText(entry.at);
  json["decision"] = ToString(entry.decision);
  json["reason"] = ToString(entry.reason);
  json["step"] = entry.step;
  json["weight"] = entry.weight_percent;
  json["message"] = entry.message;
  return json;
}

Json VerdictJson(const core::ObjectiveVerdict& verdict) {
  Json json;
  json["name"] = verdict.objective;
  json["dimension"] = ToString(verdict.dimension);
  json["verdict"] = ToString(verdict.verdict);
  json["reason"] = ToString(verdict.reason);
  json["message"] = verdict.message;
  json["canary"] = CountsJson(verdict.counts.canary);
  json["baseline"] = CountsJson(verdict.counts.baseline);
  json["worseTenths"] = verdict.rollback_tenths;
  json["noWorseTenths"] = verdict.promotion_tenths;
  return json;
}

}  // namespace

void PrintJson(const BacktestReport& report, std::ostream& out) {
  const BacktestResult& result = report.result;
  Json json;
  json["policy"] = report.policy;
  json["from"] = spec::ToSecondsText(report.request.from);
  json["to"] = spec::ToSecondsText(report.request.to);
  json["blockLength"] = spec::ToText(core::BlockLength(report.request.policy.prometheus));
  json["blocks"] = result.blocks;
  json["outcome"] = Word(result);
  json["exitCode"] = static_cast<int>(Verdict(report));
  json["blamed"] = result.state.blamed;
  json["source"]["problem"] = ToString(result.source);
  json["source"]["message"] = result.message;
  json["decisions"] = Json::array();
  for (const core::HistoryEntry& entry : result.decisions) {
    json["decisions"].push_back(DecisionJson(entry));
  }
  json["objectives"] = Json::array();
  for (const core::ObjectiveVerdict& verdict : result.state.verdicts) {
    json["objectives"].push_back(VerdictJson(verdict));
  }
  json["warnings"] = result.warnings;
  PrintValue(json, OutputFormat::kJson, out);
}

}  // namespace slogate::app
