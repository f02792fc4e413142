#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "app/cli/check/slo_check.h"
#include "app/cli/status/rollout_view.h"
#include "app/cli/status/status_text.h"
#include "app/cli/terminal/span.h"
#include "simulation/trial.h"
#include "slogate/core/aa_test.h"
#include "slogate/core/decide.h"
#include "slogate/core/dispersion.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

void CheckBudgets(CheckedPolicy& checked, ports::BudgetSource& source) {
  const LookbackRequest& request = checked.requested.request;
  if (!request.policy.budget && request.policy.calendar.empty()) return;
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
  if (next.phase == core::Phase::kReady) checked.refusal = std::move(next.message);
  checked.budgets = std::move(next.budgets);
}

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
  return verdict.verdict == core::Verdict::kPass ? verdict.message
                                                 : reason + ": " + verdict.message;
}

// "availability (availability, Enforce): Pass".
std::string Headline(const core::FrozenObjective& objective, const std::string& outcome) {
  return objective.name + " (" + std::string(ToString(objective.dimension)) + ", " +
         std::string(ToString(objective.mode)) + "): " + outcome;
}

void PrintEvidence(const core::ObjectiveVerdict& verdict, const core::FrozenObjective& objective,
                   const core::Comparison& comparison, core::Duration counted_for,
                   std::ostream& out) {
  PrintWrapped("", Headline(objective, std::string(ToString(verdict.verdict))), out);
  PrintTrack("canary", verdict.counts.canary, out);
  PrintTrack("baseline", verdict.counts.baseline, out);
  PrintWrapped("  difference ", DifferenceText(verdict), out);
  PrintWrapped("  confidence ",
               ConfidenceText(verdict, comparison.alpha, comparison.promotion_alpha), out);
  if (!objective.bounds.empty()) {
    out << "  shift      " << Render(ShiftBar(verdict.shift_tenths, 10, {}), {}) << " "
        << 10 * verdict.shift_tenths << " % of what shows it slower at other bounds\n";
  }
  PrintWrapped("  ", Because(verdict), out);
  PrintWrapped("  ", OutlookText(verdict, counted_for), out);
  for (const TextSpan& said : EvidenceSentences(objective, verdict, Detail::kAll)) {
    PrintWrapped("  ", said.text, out);
  }
}

void PrintBudgets(const CheckedPolicy& policy, std::ostream& out) {
  if (policy.budgets.empty() && policy.refusal.empty()) return;
  out << "\n";
  for (const core::BudgetStatus& status : policy.budgets) {
    PrintWrapped("", "error budget of " + status.objective + ": " + BudgetText(status), out);
  }
  if (!policy.refusal.empty()) PrintWrapped("", "a rollout would not begin now", out);
  PrintWrapped("  ", policy.refusal, out);
}

// A verdict for programs, and for people.
struct PolicyOutcome {
  const char* word;
  const char* sentence;
};

PolicyOutcome OutcomeOf(ExitCode code) {
  if (code == ExitCode::kPass) {
    return {"Pass", "Pass: every enforced objective is proven not worse"};
  }
  if (code == ExitCode::kFail) return {"Fail", "Fail: the canary is worse than the baseline"};
  if (code == ExitCode::kInconclusive) {
    return {"Inconclusive", "Inconclusive: not every enforced objective is proven not worse"};
  }
  return {"SourceUnavailable", "No verdict: the metrics source is unavailable"};
}

// Digits beyond these say nothing about a verdict. JSON has no infinity; null stands for it.
Json EvidenceJson(double log_e, double alpha, int tenths) {
  const auto rounded = [](double number) -> Json {
    return std::isfinite(number) ? Json(std::round(number * 1e6) / 1e6) : Json(nullptr);
  };
  return {{"logE", rounded(log_e)},
          {"logThreshold", rounded(-std::log(alpha))},
          {"percent", 10 * tenths}};
}

Json JudgedObjectiveJson(const core::ObjectiveVerdict& verdict,
                         const core::FrozenObjective& objective,
                         const core::Comparison& comparison) {
  Json json = VerdictJson(verdict, objective.mode);
  json["evidence"] = {
      {"worse", EvidenceJson(verdict.evidence.rollback, comparison.alpha, verdict.rollback_tenths)},
      {"notWorse", EvidenceJson(verdict.evidence.promotion, comparison.promotion_alpha,
                                verdict.promotion_tenths)}};
  const core::Dispersion& dispersion = objective.parameters.dispersion;
  json["dispersion"] = {{"measured", dispersion.measured},
                        {"overdispersion", NumberJson(dispersion.phi_max)}};
  PutSlices(json, objective, verdict);
  return json;
}

using AaTest = core::Calibration::AaTest;

constexpr double kUsualShare = 0.1;

struct AaTestedObjective {
  core::FrozenObjective objective;  // as a rollout would freeze it after this history
  AaTest outcome = AaTest::kNotDone;
  std::optional<core::TimePoint> fired_at;  // end of the first block that fired
  double log_evidence = 0;                  // the highest reached
  int tenths = 0;                           // of the way to rolling back, at its highest
};

struct AaTestReport {
  const PolicyToCheck& requested;
  core::SourceProblem source = core::SourceProblem::kNone;  // other than kNone: no objectives
  std::string message = {};
  double alpha = 0;
  std::vector<AaTestedObjective> objectives = {};  // in the order of the policy
};

AaTestedObjective TestOne(const core::FrozenObjective& objective,
                          const core::ObjectiveHistory& history,
                          const core::FrozenParameters& frozen, std::int64_t first_block) {
  const double share =
      frozen.steps.empty() ? kUsualShare : frozen.steps.front().weight_percent / 100.0;
  const core::AaTestResult result = core::CheckAgainstItself(
      core::WithoutIncidents(history, core::FindIncidents(history, frozen.block_length)),
      objective.parameters, share, frozen.alpha);
  AaTestedObjective checked{objective, result.outcome, std::nullopt, result.log_evidence, 0};
  const double way = result.log_evidence / -std::log(frozen.alpha);
  checked.tenths = static_cast<int>(10 * std::clamp(way, 0.0, 1.0));
  if (result.first_firing_block) {
    const auto blocks = static_cast<std::int64_t>(*result.first_firing_block + 1);
    checked.fired_at = core::TimePoint((first_block + blocks) * frozen.block_length);
  }
  return checked;
}

std::string OutcomeOf(const AaTestedObjective& checked) {
  if (checked.fired_at) return "fired at " + spec::ToSecondsText(*checked.fired_at);
  if (checked.outcome == AaTest::kFired) return "fired";
  return checked.outcome == AaTest::kQuiet ? "quiet" : "not done: too little history with events";
}

const char* OutcomeWord(ExitCode code) {
  if (code == ExitCode::kPass) return "Quiet";
  if (code == ExitCode::kFail) return "Fired";
  return code == ExitCode::kInconclusive ? "NotDone" : "SourceUnavailable";
}

Json TestedObjectiveJson(const AaTestedObjective& checked, double alpha) {
  const core::FrozenObjective& objective = checked.objective;
  const double log_e = checked.log_evidence;
  Json json{{"name", objective.name},
            {"dimension", ToString(objective.dimension)},
            {"mode", ToString(objective.mode)},
            {"outcome", ToString(checked.outcome)},
            {"firedAt", nullptr},
            {"evidence",
             {{"logE", std::isfinite(log_e) ? Json(log_e) : Json(nullptr)},
              {"logThreshold", -std::log(alpha)},
              {"percent", 10 * checked.tenths}}}};
  if (checked.fired_at) json["firedAt"] = spec::ToSecondsText(*checked.fired_at);
  PutCalibration(json, objective);
  return json;
}

AaTestReport CheckBaseline(const PolicyToCheck& requested, ports::MetricsSource& source) {
  const LookbackRequest& request = requested.request;
  AaTestReport report{requested};
  core::HistoryReading history = ReadHistory(request, source);
  report.source = history.source;
  report.message = history.message;
  if (report.source != core::SourceProblem::kNone) return report;
  const core::FrozenParameters frozen = FreezeFor(request, history);
  report.alpha = frozen.alpha;
  history.objectives.resize(frozen.objectives.size());
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    report.objectives.push_back(
        TestOne(frozen.objectives[i], history.objectives[i], frozen, FirstBlock(request)));
  }
  return report;
}

ExitCode CodeOfTest(const AaTestReport& report) {
  if (report.source != core::SourceProblem::kNone) return ExitCode::kSource;
  ExitCode code = ExitCode::kPass;
  for (const AaTestedObjective& checked : report.objectives) {
    if (checked.objective.mode != core::Mode::kEnforce) continue;
    if (checked.outcome == AaTest::kFired) return ExitCode::kFail;
    if (checked.outcome == AaTest::kNotDone) code = ExitCode::kInconclusive;
  }
  return code;
}

std::string SummaryOfTest(const AaTestReport& report) {
  const ExitCode code = CodeOfTest(report);
  if (code == ExitCode::kPass) {
    return "Quiet: this gate would not have rolled back the baseline against itself";
  }
  if (code == ExitCode::kFail) {
    return "Fired: this gate would have rolled back the baseline against itself. Its counts break "
           "what the comparison assumes; see docs/how-to/read-a-decision.md";
  }
  if (code == ExitCode::kInconclusive) {
    return "Not done: an enforced objective has too little history; try a longer --lookback";
  }
  return "Not done: the metrics source is unavailable";
}

void PrintTest(const AaTestReport& report, std::ostream& out) {
  const LookbackRequest& request = report.requested.request;
  PrintWrapped("",
               report.requested.name + ": baseline against itself, " +
                   spec::ToText(request.lookback) + " until " + spec::ToSecondsText(request.at),
               out);
  for (const AaTestedObjective& checked : report.objectives) {
    out << "\n";
    PrintWrapped("", Headline(checked.objective, OutcomeOf(checked)), out);
    if (checked.outcome != AaTest::kNotDone) {
      PrintWrapped("  confidence ", WorseText(checked.tenths, report.alpha) + " at its highest",
                   out);
    }
    core::FrozenObjective arrivals = checked.objective;
    arrivals.calibration.aa_test = AaTest::kNotDone;  // said above
    for (const std::string& sentence : CalibrationSentences(arrivals, Detail::kNotable)) {
      PrintWrapped("  ", sentence, out);
    }
  }
  if (report.source != core::SourceProblem::kNone) {
    PrintWrapped("  ", std::string(ToString(report.source)) + ": " + report.message, out);
  }
  out << "\n";
  PrintWrapped("", SummaryOfTest(report), out);
}

Json TestJson(const AaTestReport& report) {
  const LookbackRequest& request = report.requested.request;
  const ExitCode code = CodeOfTest(report);
  return {{"policy", report.requested.name},
          {"lookback", spec::ToText(request.lookback)},
          {"at", spec::ToSecondsText(request.at)},
          {"blockLength", spec::ToText(core::BlockLength(request.policy.prometheus))},
          {"outcome", OutcomeWord(code)},
          {"exitCode", static_cast<int>(code)},
          {"source", {{"problem", ToString(report.source)}, {"message", report.message}}},
          {"objectives", ListOf(report.objectives, [&](const AaTestedObjective& one) {
             return TestedObjectiveJson(one, report.alpha);
           })}};
}

}  // namespace

void Check(CheckedPolicy& policy, ports::MetricsSource& metrics, ports::BudgetSource& budgets) {
  policy.result = JudgeLookback(policy.requested.request, metrics);
  CheckBudgets(policy, budgets);
}

ExitCode Verdict(const CheckedPolicy& policy) {
  const LookbackResult& result = policy.result;
  if (result.source != core::SourceProblem::kNone) return ExitCode::kSource;
  ExitCode code = ExitCode::kPass;
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    if (result.objectives[i].mode != core::Mode::kEnforce) continue;
    const core::Verdict verdict = result.verdicts[i].verdict;
    if (verdict == core::Verdict::kFail) return ExitCode::kFail;
    if (verdict == core::Verdict::kInconclusive) code = ExitCode::kInconclusive;
  }
  return code;
}

void PrintTable(const CheckedPolicy& policy, std::ostream& out) {
  const LookbackRequest& request = policy.requested.request;
  const LookbackResult& result = policy.result;
  PrintWrapped("",
               policy.requested.name + ": " + spec::ToText(request.lookback) + " until " +
                   spec::ToSecondsText(request.at) + ", " + std::to_string(result.blocks) +
                   " blocks of " + spec::ToText(core::BlockLength(request.policy.prometheus)),
               out);
  if (!result.verdicts.empty()) {
    out << "\n                     events          bad           rate\n";
  }
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    if (i > 0) out << "\n";
    PrintEvidence(result.verdicts[i], result.objectives[i], request.policy.comparison,
                  request.lookback, out);
  }
  if (result.source != core::SourceProblem::kNone) {
    PrintWrapped("  ", std::string(ToString(result.source)) + ": " + result.message, out);
  }
  PrintBudgets(policy, out);
  if (!result.warnings.empty()) out << "\n";
  for (const std::string& warning : result.warnings) PrintWrapped("", "note: " + warning, out);
  out << "\n";
  PrintWrapped("", OutcomeOf(Verdict(policy)).sentence, out);
}

Json ToJson(const CheckedPolicy& policy) {
  const LookbackRequest& request = policy.requested.request;
  const LookbackResult& result = policy.result;
  const ExitCode code = Verdict(policy);
  Json json{{"policy", policy.requested.name},
            {"lookback", spec::ToText(request.lookback)},
            {"at", spec::ToSecondsText(request.at)},
            {"blockLength", spec::ToText(core::BlockLength(request.policy.prometheus))},
            {"blocks", result.blocks},
            {"verdict", OutcomeOf(code).word},
            {"exitCode", static_cast<int>(code)},
            {"source", {{"problem", ToString(result.source)}, {"message", result.message}}},
            {"objectives", Json::array()}};
  for (std::size_t i = 0; i < result.verdicts.size(); ++i) {
    json["objectives"].push_back(
        JudgedObjectiveJson(result.verdicts[i], result.objectives[i], request.policy.comparison));
  }
  if (!policy.budgets.empty() || !policy.refusal.empty()) {
    json["budgets"] = BudgetsJson(policy.budgets);
    json["budgetRefusal"] = policy.refusal;
  }
  json["warnings"] = result.warnings;
  return json;
}

ExitCode RunAaTest(const PolicyToCheck& requested, core::ChangePriority priority, bool as_json,
                   ports::MetricsSource& source, std::ostream& out) {
  const AaTestReport report = CheckBaseline(requested, source);
  const ExitCode code = CodeOfTest(report);
  if (as_json) {
    Json json = JsonHead(requested.request.at, priority, WordOf(code), code, SummaryOfTest(report));
    json["aaTests"].push_back(TestJson(report));
    PrintValue(json, OutputFormat::kJson, out);
  } else {
    PrintTest(report, out);
  }
  return code;
}

}  // namespace slogate::app
