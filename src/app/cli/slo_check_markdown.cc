#include <sstream>
#include <string_view>

#include "app/cli/slo_check_report.h"
#include "app/cli/slo_check_words.h"
#include "spec/time_text.h"

namespace slogate::app {
namespace {

// Text that is shown as it is: no table cell, link, markup, mention or reference begins in it.
std::string EscapedCell(std::string_view text) {
  constexpr std::string_view kMarks = "\\`*_{}[]()+!|~$";
  std::string escaped;
  for (const char c : Printable(text)) {
    if (c == '<') {
      escaped += "&lt;";
    } else if (c == '&') {
      escaped += "&amp;";
    } else if (c == '@') {
      escaped += "&#64;";
    } else if (c == '#') {
      escaped += "&#35;";
    } else {
      if (kMarks.find(c) != std::string_view::npos) escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

void PrintRow(const CheckedSlo& slo, const core::ObjectiveStanding& standing,
              const core::BudgetVerdict& verdict, std::ostream& out) {
  const bool known = verdict.standing != core::BudgetStanding::kUnknown;
  const core::BurnReading* const burn = ShownBurn(verdict);
  std::string subject = slo.asked.slo.name + "/" + standing.objective;
  if (!verdict.cohort.empty()) subject += " (" + verdict.cohort + ")";
  const bool failed = standing.source != core::SourceProblem::kNone;
  out << "| " << EscapedCell(subject) << " | " << TargetText(verdict.target) << " / "
      << WindowText(slo.asked.slo.window) << " | "
      << (failed ? "Source failed" : StandingWord(verdict))
      << (verdict.provisional ? ", provisional" : "") << " | " << LeftText(verdict) << " | "
      << (burn != nullptr && burn->burn ? BurnText(*burn->burn) : "-") << " | "
      << (known ? ExhaustionText(verdict) : "-") << " | "
      << (failed ? "-" : OriginText(standing.origin)) << " |\n";
}

void PrintBudgets(const SloCheck& check, std::ostream& out) {
  if (check.slos.empty()) return;
  out << "\n| objective | target | standing | budget left | burn 1h | gone in | counted from |\n"
      << "| --- | --- | --- | ---: | ---: | ---: | --- |\n";
  for (const CheckedSlo& slo : check.slos) {
    for (const core::ObjectiveStanding& standing : slo.standing.objectives) {
      for (const core::BudgetVerdict& verdict : standing.verdicts) {
        PrintRow(slo, standing, verdict, out);
      }
    }
  }
}

void PrintNotes(const SloCheck& check, std::ostream& out) {
  for (const CheckedSlo& slo : check.slos) {
    for (const core::ObjectiveStanding& standing : slo.standing.objectives) {
      for (const std::string& note : standing.notes) {
        out << "- " << EscapedCell(slo.asked.slo.name + "/" + standing.objective) << ": "
            << EscapedCell(note) << "\n";
      }
    }
  }
}

void PrintPolicies(const SloCheck& check, std::ostream& out) {
  if (check.policies.empty()) return;
  out << "\n| policy | objective | canary |\n| --- | --- | --- |\n";
  for (const CheckedPolicy& policy : check.policies) {
    for (const core::ObjectiveVerdict& verdict : policy.result.verdicts) {
      out << "| " << EscapedCell(policy.asked.name) << " | " << EscapedCell(verdict.objective)
          << " | " << ToString(verdict.verdict) << " |\n";
    }
  }
}

// As a block of text, which is shown as it is.
void PrintDetails(const SloCheck& check, std::ostream& out) {
  std::ostringstream text;
  for (const CheckedSlo& slo : check.slos) {
    for (std::size_t i = 0; i < slo.standing.objectives.size(); ++i) {
      text << Printable(slo.asked.slo.name + "/" + slo.standing.objectives[i].objective) << "\n";
      PrintExplanation(slo, i, text);
    }
  }
  out << "\n<details><summary>Queries and numbers</summary>\n\n";
  std::istringstream lines(text.str());
  for (std::string line; std::getline(lines, line);) out << "    " << line << "\n";
  out << "\n</details>\n";
}

}  // namespace

void PrintMarkdown(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  out << "### Deploy gate: " << WordOf(check) << "\n\n"
      << EscapedCell(Summary(check)) << "\n\nPriority " << ToString(check.priority)
      << ", looked at " << spec::ToSecondsText(check.at) << ".\n";
  PrintBudgets(check, out);
  PrintPolicies(check, out);
  const std::vector<CheckNotice> notices = NoticesOf(check);
  out << "\n";
  for (const CheckNotice& notice : notices) {
    out << "- **" << WordOf(notice.kind) << "** " << EscapedCell(SubjectOf(notice)) << ": "
        << EscapedCell(notice.message) << " (" << EscapedCell(FileIn(place, notice.file));
    if (notice.line > 0) out << ":" << notice.line;
    out << ")\n";
  }
  PrintNotes(check, out);
  if (place.explain) PrintDetails(check, out);
}

}  // namespace slogate::app
