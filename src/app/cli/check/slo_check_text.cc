#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>

#include "app/cli/check/check_report.h"
#include "app/cli/check/slo_check_report.h"
#include "app/cli/check/slo_check_words.h"
#include "app/cli/status/counts_report.h"
#include "app/cli/terminal/number_text.h"
#include "spec/text/duration_text.h"
#include "spec/text/time_text.h"

namespace slogate::app {
namespace {

constexpr std::size_t kCheckColumns = 80;
constexpr std::size_t kNameColumns = 24;
constexpr std::string_view kTableIndent = "    ";

Tone ActionTone(core::GateAction action) {
  switch (action) {
    case core::GateAction::kAllow:
      return Tone::kPlain;
    case core::GateAction::kWarn:
      return Tone::kWarn;
    case core::GateAction::kBlock:
      return Tone::kBad;
  }
  return Tone::kPlain;
}

void PrintLine(const Line& line, Style style, std::ostream& out) {
  std::string text = Render(line, style);
  text.erase(text.find_last_not_of(' ') + 1);
  out << text << "\n";
}

// Below its line: wrapped, with the first word in a tone.
void PrintNote(const std::string& lead, Tone tone, const std::string& text, Style style,
               std::ostream& out) {
  const std::vector<std::string> lines =
      Wrap(Printable(lead + text), kCheckColumns - kTableIndent.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t toned = i == 0 ? std::min(lead.size(), lines[i].size()) : 0;
    PrintLine({{std::string(kTableIndent), Tone::kPlain},
               {lines[i].substr(0, toned), tone},
               {lines[i].substr(toned), Tone::kPlain}},
              style, out);
  }
}

void PrintFindings(const std::vector<core::GateFinding>& findings, Style style, std::ostream& out) {
  for (const core::GateFinding& finding : findings) {
    if (finding.action == core::GateAction::kAllow) continue;
    const std::string cohort = finding.cohort.empty() ? "" : finding.cohort + ": ";
    PrintNote(std::string(ToString(finding.action)) + ": ", ActionTone(finding.action),
              cohort + finding.message, style, out);
  }
}

Line VerdictLine(const std::string& name, const core::BudgetVerdict& verdict, Style style) {
  const bool known = verdict.state != core::BudgetState::kUnknown;
  const core::BurnReading* const burn = ShownBurn(verdict);
  const bool burns = burn != nullptr && burn->burn;
  Line line{{PadRight(Printable(name), kNameColumns) + " ", Tone::kPlain},
            {PadRight(SummaryWord(verdict), 10), ToneOf(verdict)}};
  Append(line, RemainingBar(verdict, style));
  line.push_back({PadLeft(known ? ShareText(verdict.remaining) : "-", 11) +
                      PadLeft(burns ? BurnText(*burn->burn) : "-", 10) +
                      PadLeft(known ? ExhaustionText(verdict) : "-", 10),
                  Tone::kPlain});
  return line;
}

std::string CountSentence(const core::ObjectiveSummary& summary, const core::BudgetVerdict& verdict,
                          const core::BudgetWindow& window) {
  std::string text = TargetText(verdict.target) + " over " + WindowText(window) + "; ";
  if (verdict.counted) {
    text += CountText(verdict.bad) + " bad of " + CountText(verdict.events) + " events, " +
            CountText(verdict.budget) + " allowed; ";
  }
  text += "from " + std::string(OriginText(summary.origin));
  if (!verdict.counted) text += ", which tell shares, not events";
  return text;
}

void PrintVerdictNotes(const core::BudgetVerdict& verdict, Style style, std::ostream& out) {
  if (verdict.remaining_at_best && verdict.state != core::BudgetState::kUnknown) {
    PrintNote("", Tone::kPlain,
              "at best " + ShareText(*verdict.remaining_at_best) +
                  " is left: how often requests fail in two ways at once is not counted",
              style, out);
  }
  if (verdict.sla_remaining) {
    PrintNote("", Tone::kPlain,
              "of the SLA's budget " + ShareText(*verdict.sla_remaining) + " is left", style, out);
  }
  if (verdict.budget_factor != 1) {
    PrintNote(
        "", Tone::kPlain,
        "the calendar makes the budget " + BurnText(verdict.budget_factor) + " times as large",
        style, out);
  }
}

void PrintObjective(const CheckedSlo& slo, std::size_t place, const ReportPlace& report,
                    std::ostream& out) {
  const core::ObjectiveSummary& summary = slo.summary.objectives[place];
  const core::BudgetWindow& window = slo.requested.slo.window;
  const Style style = report.style;
  for (std::size_t i = 0; i < summary.verdicts.size(); ++i) {
    const core::BudgetVerdict& verdict = summary.verdicts[i];
    const bool whole = i == 0;
    PrintLine(
        VerdictLine(whole ? "  " + summary.objective : "    " + verdict.cohort, verdict, style),
        style, out);
    if (whole && verdict.state != core::BudgetState::kUnknown) {
      PrintNote("", Tone::kPlain, CountSentence(summary, verdict, window), style, out);
      PrintVerdictNotes(verdict, style, out);
    } else if (whole && summary.source == core::SourceProblem::kNone && summary.findings.empty()) {
      PrintNote("", Tone::kPlain, ReasonOf(summary), style, out);
    }
  }
  if (summary.verdicts.empty()) {
    PrintLine({{"  " + Printable(summary.objective), Tone::kPlain}}, style, out);
  }
  if (summary.source != core::SourceProblem::kNone) {
    PrintNote(std::string(ToString(summary.source)) + ": ", Tone::kBad, SourceSentence(summary),
              style, out);
  }
  if (summary.cohorts_left_out > 0) {
    PrintNote("", Tone::kPlain,
              std::to_string(summary.cohorts_left_out) + " smaller cohorts are not judged", style,
              out);
  }
  PrintFindings(summary.findings, style, out);
  if (summary.mode == core::Mode::kReport) {
    PrintNote("", Tone::kPlain, "reports only: it never blocks", style, out);
  }
  for (const std::string& note : summary.notes) PrintNote("note: ", Tone::kDim, note, style, out);
  if (report.explain) PrintExplanation(slo, place, out);
}

void PrintHead(const CheckedSlo& slo, const ReportPlace& report, std::ostream& out) {
  const core::ServiceLevelObjective& requested = slo.requested.slo;
  std::string about =
      requested.service == requested.name ? "" : "service " + requested.service + ", ";
  if (requested.tier) about += "tier " + std::to_string(*requested.tier) + ", ";
  about += WindowText(requested.window);
  if (!requested.owner.empty()) about += ", owner " + requested.owner;
  const std::string where =
      slo.requested.file + (slo.requested.line > 0 ? ":" + std::to_string(slo.requested.line) : "");
  const std::string name = Printable(requested.name);
  const std::string rest = Printable(" (" + about + ")");
  const bool fits = Width(name) + Width(rest) + Width(where) + 2 <= kCheckColumns;
  PrintLine(
      Cut(Line{{name, Tone::kBold}, {fits ? rest + "  " + Printable(where) : rest, Tone::kDim}},
          kCheckColumns),
      report.style, out);
  if (!fits) PrintWrapped(where, std::string(kTableIndent), out);
  PrintFindings(slo.summary.findings, report.style, out);
}

}  // namespace

std::string FileIn(const ReportPlace& place, const std::string& file) {
  if (file == "<stdin>") return file;
  const std::string root = place.root + "/";
  if (file.starts_with('/')) return file.starts_with(root) ? file.substr(root.size()) : file;
  const std::string plain = file.starts_with("./") ? file.substr(2) : file;
  return place.folder.empty() ? plain : place.folder + "/" + plain;
}

void PrintTable(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  if (!check.slos.empty()) {
    PrintLine({{PadRight("", kNameColumns + 1) + PadRight("status", 10) + "budget left" +
                    PadLeft("", 12) + PadLeft("burn 1h", 10) + PadLeft("lasts", 10),
                Tone::kDim}},
              place.style, out);
  }
  for (const CheckedSlo& slo : check.slos) {
    PrintHead(slo, place, out);
    for (std::size_t i = 0; i < slo.summary.objectives.size(); ++i) {
      PrintObjective(slo, i, place, out);
    }
    out << "\n";
  }
  for (const CheckedPolicy& policy : check.policies) {
    PrintTable(
        CheckReport{policy.requested.name, policy.requested.request, policy.result, policy.budgets},
        out);
    out << "\n";
  }
  PrintWrapped(Summary(check), "", out);
}

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
    Say("lasts = what is left x window / burn of the last hour = " + ExhaustionText(verdict), out);
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
  for (const core::BudgetVerdict& verdict : slo.summary.objectives[objective].verdicts) {
    if (verdict.state == core::BudgetState::kUnknown) continue;
    if (!verdict.cohort.empty()) Say("of " + verdict.cohort + ":", out);
    ExplainRemaining(verdict, out);
    ExplainBurns(verdict, out);
  }
}

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

void PrintRow(const CheckedSlo& slo, const core::ObjectiveSummary& summary,
              const core::BudgetVerdict& verdict, std::ostream& out) {
  const bool known = verdict.state != core::BudgetState::kUnknown;
  const core::BurnReading* const burn = ShownBurn(verdict);
  std::string subject = slo.requested.slo.name + "/" + summary.objective;
  if (!verdict.cohort.empty()) subject += " (" + verdict.cohort + ")";
  const bool failed = summary.source != core::SourceProblem::kNone;
  out << "| " << EscapedCell(subject) << " | " << TargetText(verdict.target) << " / "
      << WindowText(slo.requested.slo.window) << " | "
      << (failed ? "Source failed" : SummaryWord(verdict))
      << (verdict.provisional ? ", provisional" : "") << " | " << LeftText(verdict) << " | "
      << (burn != nullptr && burn->burn ? BurnText(*burn->burn) : "-") << " | "
      << (known ? ExhaustionText(verdict) : "-") << " | "
      << (failed ? "-" : OriginText(summary.origin)) << " |\n";
}

void PrintBudgets(const SloCheck& check, std::ostream& out) {
  if (check.slos.empty()) return;
  out << "\n| objective | target | status | budget left | burn 1h | lasts | counted from |\n"
      << "| --- | --- | --- | ---: | ---: | ---: | --- |\n";
  for (const CheckedSlo& slo : check.slos) {
    for (const core::ObjectiveSummary& summary : slo.summary.objectives) {
      for (const core::BudgetVerdict& verdict : summary.verdicts) {
        PrintRow(slo, summary, verdict, out);
      }
    }
  }
}

void PrintNotes(const SloCheck& check, std::ostream& out) {
  for (const CheckedSlo& slo : check.slos) {
    for (const core::ObjectiveSummary& summary : slo.summary.objectives) {
      for (const std::string& note : summary.notes) {
        out << "- " << EscapedCell(slo.requested.slo.name + "/" + summary.objective) << ": "
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
      out << "| " << EscapedCell(policy.requested.name) << " | " << EscapedCell(verdict.objective)
          << " | " << ToString(verdict.verdict) << " |\n";
    }
  }
}

// As a block of text, which is shown as it is.
void PrintDetails(const SloCheck& check, std::ostream& out) {
  std::ostringstream text;
  for (const CheckedSlo& slo : check.slos) {
    for (std::size_t i = 0; i < slo.summary.objectives.size(); ++i) {
      text << Printable(slo.requested.slo.name + "/" + slo.summary.objectives[i].objective) << "\n";
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
      << ", checked at " << spec::ToSecondsText(check.at) << ".\n";
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
