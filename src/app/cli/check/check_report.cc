#include "app/cli/check/check_report.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "app/cli/status/counts_report.h"
#include "app/cli/status/evidence_words.h"
#include "app/cli/status/status_report.h"
#include "app/cli/terminal/gauge.h"
#include "simulation/gate_rule.h"
#include "slogate/core/decide.h"
#include "spec/text/duration_text.h"
#include "spec/text/time_text.h"

namespace slogate::app {

CheckedBudgets CheckBudgets(const LookbackRequest& request, ports::BudgetSource& source) {
  if (!request.policy.budget && request.policy.calendar.empty()) return {};
  core::RolloutState rest;
  rest.phase = core::Phase::kReady;
  rest.stable_revision = "baseline";
  core::Policy policy = request.policy;
  policy.paused = false;
  core::Observations seen = simulation::IdealWorld(policy, rest);
  for (const core::BudgetPlan& plan : core::PlanBudgets(policy, rest, seen.workload, request.at)) {
    seen.budgets.push_back(source.ReadBudget("", request.connection, plan));
  }
  // The same question as the controller's: would a candidate that waits begin now?
  core::RolloutState next = core::Decide(policy, rest, seen, request.at).next_state;
  CheckedBudgets checked;
  if (next.phase == core::Phase::kReady) checked.refusal = std::move(next.message);
  checked.statuses = std::move(next.budgets);
  return checked;
}

void PrintBudgets(const CheckedBudgets& budgets, std::ostream& out) {
  if (budgets.statuses.empty() && budgets.refusal.empty()) return;
  out << "\n";
  for (const core::BudgetStatus& status : budgets.statuses) {
    PrintWrapped("error budget of " + status.objective + ": " + BudgetText(status), "", out);
  }
  if (!budgets.refusal.empty()) {
    PrintWrapped("a rollout would not begin now", "", out);
    PrintWrapped(budgets.refusal, "  ", out);
  }
}

namespace {

void PrintTrack(const char* name, const core::Counts& counts, std::ostream& out) {
  char line[120];
  std::snprintf(line, sizeof(line), "  %-10s %14s %12s %14s\n", name,
                CountText(counts.total).c_str(), CountText(counts.bad).c_str(),
                RateText(counts).c_str());
  out << line;
}

// The reason's word helps to look things up where something is amiss.
std::string Because(const core::ObjectiveVerdict& verdict) {
  const std::string reason(ToString(verdict.reason));
  if (verdict.message.empty() || verdict.message == reason) return reason;
  if (verdict.verdict == core::Verdict::kPass) return verdict.message;
  return reason + ": " + verdict.message;
}

void PrintObjective(const core::ObjectiveVerdict& verdict, const core::FrozenObjective& objective,
                    std::ostream& out) {
  PrintWrapped(verdict.objective + " (" + std::string(ToString(verdict.dimension)) + ", " +
                   std::string(ToString(objective.mode)) +
                   "): " + std::string(ToString(verdict.verdict)),
               "", out);
  PrintTrack("canary", verdict.counts.canary, out);
  PrintTrack("baseline", verdict.counts.baseline, out);
  out << "  evidence   worse " << 10 * verdict.rollback_tenths << " %, not worse "
      << 10 * verdict.promotion_tenths << " % of what a decision takes\n";
  if (!objective.bounds.empty()) {
    out << "  shift      " << Render(ShiftBar(verdict.shift_tenths, 10, {}), {}) << " "
        << 10 * verdict.shift_tenths << " % of what shows it slower at other bounds\n";
  }
  PrintWrapped(Because(verdict), "  ", out);
  PrintWrapped(ScoreSentence(objective, verdict.counts), "  ", out);
  PrintWrapped(ShiftSentence(objective, verdict.shift_shown), "  ", out);
  for (const std::string& sentence : CohortSentences(objective, verdict.cohorts)) {
    PrintWrapped(sentence, "  ", out);
  }
  for (const std::string& sentence : CalibrationSentences(objective, Detail::kAll)) {
    PrintWrapped(sentence, "  ", out);
  }
}

std::string_view Summary(ExitCode code) {
  switch (code) {
    case ExitCode::kPass:
      return "Pass: every enforced objective is proven not worse";
    case ExitCode::kFail:
      return "Fail: the canary is worse than the baseline";
    case ExitCode::kUsage:
      return "Usage";
    case ExitCode::kInconclusive:
      return "Inconclusive: not every enforced objective is proven not worse";
    case ExitCode::kSource:
      return "No verdict: the metrics source is unavailable";
    case ExitCode::kNeedsPerson:
      return "A person must act";
    case ExitCode::kInterrupted:
      return "Interrupted";
  }
  return "";
}

}  // namespace

void PrintWrapped(const std::string& text, const std::string& indent, std::ostream& out) {
  constexpr std::size_t kColumns = 80;
  if (text.empty()) return;
  for (const std::string& line : Wrap(Printable(text), kColumns - indent.size())) {
    out << indent << line << "\n";
  }
}

ExitCode Verdict(const LookbackResult& result) {
  if (result.source != core::SourceProblem::kNone) return ExitCode::kSource;
  ExitCode code = ExitCode::kPass;
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    if (result.objectives[i].mode != core::Mode::kEnforce) continue;
    switch (result.verdicts[i].verdict) {
      case core::Verdict::kFail:
        return ExitCode::kFail;
      case core::Verdict::kInconclusive:
        code = ExitCode::kInconclusive;
        break;
      case core::Verdict::kPass:
        break;
    }
  }
  return code;
}

void PrintTable(const CheckReport& report, std::ostream& out) {
  const LookbackResult& result = report.result;
  PrintWrapped(report.policy + ": " + spec::ToText(report.request.lookback) + " until " +
                   spec::ToSecondsText(report.request.at) + ", " + std::to_string(result.blocks) +
                   " blocks of " +
                   spec::ToText(core::BlockLength(report.request.policy.prometheus)),
               "", out);
  if (!result.verdicts.empty()) {
    out << "\n                     events          bad           rate\n";
    for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
      if (i > 0) out << "\n";
      PrintObjective(result.verdicts[i], result.objectives[i], out);
    }
  }
  if (result.source != core::SourceProblem::kNone) {
    PrintWrapped(std::string(ToString(result.source)) + ": " + result.message, "  ", out);
  }
  PrintBudgets(report.budgets, out);
  if (!result.warnings.empty()) out << "\n";
  for (const std::string& warning : result.warnings) PrintWrapped("note: " + warning, "", out);
  out << "\n";
  PrintWrapped(std::string(Summary(Verdict(result))), "", out);
}

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
  evidence["percent"] = 10 * tenths;
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
  json["evidence"]["notWorse"] = EvidenceJson(verdict.evidence.promotion,
                                              comparison.promotion_alpha, verdict.promotion_tenths);
  json["dispersion"]["measured"] = objective.parameters.dispersion.measured;
  json["dispersion"]["overdispersion"] = NumberJson(objective.parameters.dispersion.phi_max);
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
