#include "app/cli/check_report.h"

#include <cstdio>
#include <string_view>

#include "app/cli/counts_report.h"
#include "app/cli/screen/calibration_words.h"
#include "app/cli/screen/cohort_words.h"
#include "app/cli/screen/gauge.h"
#include "spec/duration_text.h"
#include "spec/time_text.h"

namespace slogate::app {
namespace {

void PrintArm(const char* name, const core::Counts& counts, std::ostream& out) {
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
  PrintArm("canary", verdict.counts.canary, out);
  PrintArm("baseline", verdict.counts.baseline, out);
  out << "  evidence   worse " << verdict.rollback_tenths << "/10, no worse "
      << verdict.promotion_tenths << "/10 of what it takes\n";
  if (!objective.bounds.empty()) {
    out << "  shift      " << Render(ShiftBar(verdict.shift_tenths, 10, {}), {}) << " "
        << verdict.shift_tenths << "/10 of what shows it slower at other bounds\n";
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
      return "Pass: every enforced objective is shown no worse";
    case ExitCode::kFail:
      return "Fail: the canary is shown worse";
    case ExitCode::kUsage:
      return "Usage";
    case ExitCode::kInconclusive:
      return "Inconclusive: not every enforced objective is shown no worse";
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

}  // namespace slogate::app
