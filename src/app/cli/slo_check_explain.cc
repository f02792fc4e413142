#include <string>

#include "app/cli/check_report.h"
#include "app/cli/counts_report.h"
#include "app/cli/plan_text.h"
#include "app/cli/slo_check_report.h"
#include "app/cli/slo_check_words.h"
#include "spec/duration_text.h"
#include "spec/time_text.h"

namespace slogate::app {
namespace {

constexpr const char* kExplainIndent = "      ";

void Say(const std::string& text, std::ostream& out) { PrintWrapped(text, kExplainIndent, out); }

void ExplainRemaining(const core::BudgetVerdict& verdict, std::ostream& out) {
  const std::string allowed = TargetText(1 - verdict.target);
  if (!verdict.counted) {
    Say("left = 1 - bad share of the window / " + allowed + " = " + ShareText(verdict.remaining),
        out);
    return;
  }
  const std::string factor =
      verdict.budget_factor == 1 ? "" : " x " + BurnText(verdict.budget_factor) + " (calendar)";
  Say("budget = (1 - target) x events of the whole window at its traffic so far" + factor + ": " +
          allowed + " of them may be bad, " + CountText(verdict.budget),
      out);
  Say("left = 1 - bad / budget = 1 - " + CountText(verdict.bad) + " / " +
          CountText(verdict.budget) + " = " + ShareText(verdict.remaining),
      out);
}

void ExplainBurns(const core::BudgetVerdict& verdict, std::ostream& out) {
  for (const core::BurnReading& burn : verdict.burns) {
    std::string text = "burn over " + spec::ToText(burn.window) + " = bad share / " +
                       TargetText(1 - verdict.target) + " = ";
    text += burn.burn ? BurnText(*burn.burn) : "unknown";
    if (verdict.counted) text += " (" + CountText(burn.events) + " events)";
    Say(text, out);
  }
  for (const core::BurnRowReading& row : verdict.rows) {
    const std::string state = row.firing ? "it fires" : row.known ? "it does not fire" : "unknown";
    Say(std::string(ToString(row.row.severity)) + " when the burn over " +
            spec::ToText(row.row.long_window) + " and over " + spec::ToText(row.row.short_window) +
            " is above " + ShortNumber(row.row.factor) + ": " +
            (row.impossible ? "it never can" : state),
        out);
  }
  if (verdict.exhausted_in) {
    Say("gone in = what is left x window / burn of the last hour = " + ExhaustionText(verdict),
        out);
  }
}

}  // namespace

void PrintExplanation(const CheckedSlo& slo, std::size_t objective, std::ostream& out) {
  const core::BudgetReading& reading = slo.readings[objective];
  for (const core::QueryTrace& trace : reading.trace) {
    Say("query at " + spec::ToText(trace.at) + ", " + std::to_string(trace.took.count()) + " ms",
        out);
    // Unbroken: to be copied and asked again.
    out << kExplainIndent << "  " << Printable(trace.query) << "\n";
    PrintWrapped("-> " + trace.answer, std::string(kExplainIndent) + "  ", out);
  }
  for (const std::string& warning : reading.warnings) Say("Prometheus warns: " + warning, out);
  for (const core::BudgetVerdict& verdict : slo.standing.objectives[objective].verdicts) {
    if (verdict.standing == core::BudgetStanding::kUnknown) continue;
    if (!verdict.cohort.empty()) Say("of " + verdict.cohort + ":", out);
    ExplainRemaining(verdict, out);
    ExplainBurns(verdict, out);
  }
}

}  // namespace slogate::app
