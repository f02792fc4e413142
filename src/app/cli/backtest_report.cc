#include "app/cli/backtest_report.h"

#include <cstdio>

#include "app/cli/counts_report.h"
#include "app/cli/help_text.h"
#include "spec/duration_text.h"
#include "spec/time_text.h"

namespace slogate::app {
namespace {

// One line a decision; the day only where it changes.
void PrintDecisions(const BacktestResult& result, std::ostream& out) {
  std::string day;
  for (const core::HistoryEntry& entry : result.decisions) {
    const std::string at = spec::ToSecondsText(entry.at);  // 2026-11-21T20:15:00Z
    if (at.substr(0, 10) != day) {
      day = at.substr(0, 10);
      out << "\n" << day << " (UTC)\n";
    }
    char columns[60];
    std::snprintf(columns, sizeof(columns), "%s %3d %% %-8s ", at.substr(11, 8).c_str(),
                  entry.weight_percent, std::string(ToString(entry.decision)).c_str());
    PrintFilled(columns, std::string(ToString(entry.reason)) + ": " + entry.message, out);
  }
}

void PrintVerdict(const core::ObjectiveVerdict& verdict, std::ostream& out) {
  PrintFilled(
      "",
      verdict.objective + ": " + std::string(ToString(verdict.verdict)) + ", " + verdict.message,
      out);
  PrintFilled("  ",
              "canary " + RateText(verdict.counts.canary) + " of " +
                  CountText(verdict.counts.canary.total) + ", baseline " +
                  RateText(verdict.counts.baseline) + " of " +
                  CountText(verdict.counts.baseline.total) + "; worse " +
                  std::to_string(verdict.rollback_tenths) + "/10, no worse " +
                  std::to_string(verdict.promotion_tenths) + "/10",
              out);
}

std::string Outcome(const BacktestReport& report) {
  const BacktestResult& result = report.result;
  const core::Duration after = result.decisions.empty()
                                   ? core::Duration{0}
                                   : result.decisions.back().at - report.request.from;
  const std::string when = " after " + spec::ToText(after);
  if (result.source != core::SourceProblem::kNone) {
    return "No outcome: the metrics source is unavailable: " + result.message;
  }
  switch (result.end) {
    case BacktestEnd::kWouldPromote:
      return "Would promote" + when;
    case BacktestEnd::kWouldRollBack:
      return "Would roll back" + when;
    case BacktestEnd::kUndecided:
      return "Undecided: " +
             (result.state.message.empty() ? "there was nothing to replay" : result.state.message);
  }
  return "";
}

}  // namespace

ExitCode Verdict(const BacktestReport& report) {
  if (report.result.source != core::SourceProblem::kNone) return ExitCode::kSource;
  switch (report.result.end) {
    case BacktestEnd::kWouldPromote:
      return ExitCode::kPass;
    case BacktestEnd::kWouldRollBack:
      return ExitCode::kFail;
    case BacktestEnd::kUndecided:
      return ExitCode::kInconclusive;
  }
  return ExitCode::kInconclusive;
}

void PrintTable(const BacktestReport& report, std::ostream& out) {
  const BacktestRequest& request = report.request;
  PrintFilled("",
              report.policy + ": " + spec::ToSecondsText(request.from) + " to " +
                  spec::ToSecondsText(request.to) + ", " + std::to_string(report.result.blocks) +
                  " blocks of " + spec::ToText(core::BlockLength(request.policy.prometheus)),
              out);
  PrintDecisions(report.result, out);
  if (!report.result.state.verdicts.empty()) out << "\n";
  for (const core::ObjectiveVerdict& verdict : report.result.state.verdicts) {
    PrintVerdict(verdict, out);
  }
  if (!report.result.warnings.empty()) out << "\n";
  for (const std::string& warning : report.result.warnings) PrintFilled("note: ", warning, out);
  out << "\n";
  PrintFilled("", Outcome(report), out);
}

}  // namespace slogate::app
