#include <algorithm>
#include <string_view>

#include "app/cli/check_report.h"
#include "app/cli/counts_report.h"
#include "app/cli/slo_check_report.h"
#include "app/cli/slo_check_words.h"

namespace slogate::app {
namespace {

constexpr std::size_t kColumns = 80;
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
      Wrap(Printable(lead + text), kColumns - kTableIndent.size());
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
  const bool known = verdict.standing != core::BudgetStanding::kUnknown;
  const core::BurnReading* const burn = ShownBurn(verdict);
  const bool burns = burn != nullptr && burn->burn;
  Line line{{PadRight(Printable(name), kNameColumns) + " ", Tone::kPlain},
            {PadRight(StandingWord(verdict), 10), ToneOf(verdict)}};
  Append(line, RemainingBar(verdict, style));
  line.push_back({PadLeft(known ? ShareText(verdict.remaining) : "-", 11) +
                      PadLeft(burns ? BurnText(*burn->burn) : "-", 10) +
                      PadLeft(known ? ExhaustionText(verdict) : "-", 10),
                  Tone::kPlain});
  return line;
}

std::string CountSentence(const core::ObjectiveStanding& standing,
                          const core::BudgetVerdict& verdict, const core::BudgetWindow& window) {
  std::string text = TargetText(verdict.target) + " over " + WindowText(window) + "; ";
  if (verdict.counted) {
    text += CountText(verdict.bad) + " bad of " + CountText(verdict.events) + " events, " +
            CountText(verdict.budget) + " allowed; ";
  }
  text += "from " + std::string(OriginText(standing.origin));
  if (!verdict.counted) text += ", which tell shares, not events";
  return text;
}

void PrintVerdictNotes(const core::BudgetVerdict& verdict, Style style, std::ostream& out) {
  if (verdict.remaining_at_best && verdict.standing != core::BudgetStanding::kUnknown) {
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
  const core::ObjectiveStanding& standing = slo.standing.objectives[place];
  const core::BudgetWindow& window = slo.asked.slo.window;
  const Style style = report.style;
  for (std::size_t i = 0; i < standing.verdicts.size(); ++i) {
    const core::BudgetVerdict& verdict = standing.verdicts[i];
    const bool whole = i == 0;
    PrintLine(
        VerdictLine(whole ? "  " + standing.objective : "    " + verdict.cohort, verdict, style),
        style, out);
    if (whole && verdict.standing != core::BudgetStanding::kUnknown) {
      PrintNote("", Tone::kPlain, CountSentence(standing, verdict, window), style, out);
      PrintVerdictNotes(verdict, style, out);
    } else if (whole && standing.source == core::SourceProblem::kNone &&
               standing.findings.empty()) {
      PrintNote("", Tone::kPlain, ReasonOf(standing), style, out);
    }
  }
  if (standing.verdicts.empty()) {
    PrintLine({{"  " + Printable(standing.objective), Tone::kPlain}}, style, out);
  }
  if (standing.source != core::SourceProblem::kNone) {
    PrintNote(std::string(ToString(standing.source)) + ": ", Tone::kBad, SourceSentence(standing),
              style, out);
  }
  if (standing.cohorts_left_out > 0) {
    PrintNote("", Tone::kPlain,
              std::to_string(standing.cohorts_left_out) + " smaller cohorts are not judged", style,
              out);
  }
  PrintFindings(standing.findings, style, out);
  if (standing.mode == core::Mode::kAdvise) {
    PrintNote("", Tone::kPlain, "advises only: it never blocks", style, out);
  }
  for (const std::string& note : standing.notes) PrintNote("note: ", Tone::kDim, note, style, out);
  if (report.explain) PrintExplanation(slo, place, out);
}

void PrintHead(const CheckedSlo& slo, const ReportPlace& report, std::ostream& out) {
  const core::ServiceLevelObjective& asked = slo.asked.slo;
  std::string about = asked.service == asked.name ? "" : "service " + asked.service + ", ";
  if (asked.tier) about += "tier " + std::to_string(*asked.tier) + ", ";
  about += WindowText(asked.window);
  if (!asked.owner.empty()) about += ", owner " + asked.owner;
  const std::string where =
      slo.asked.file + (slo.asked.line > 0 ? ":" + std::to_string(slo.asked.line) : "");
  const std::string name = Printable(asked.name);
  const std::string rest = Printable(" (" + about + ")");
  const bool fits = Width(name) + Width(rest) + Width(where) + 2 <= kColumns;
  PrintLine(
      Cut(Line{{name, Tone::kBold}, {fits ? rest + "  " + Printable(where) : rest, Tone::kDim}},
          kColumns),
      report.style, out);
  if (!fits) PrintWrapped(where, std::string(kTableIndent), out);
  PrintFindings(slo.standing.findings, report.style, out);
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
    PrintLine({{PadRight("", kNameColumns + 1) + PadRight("standing", 10) + "budget left" +
                    PadLeft("", 12) + PadLeft("burn 1h", 10) + PadLeft("gone in", 10),
                Tone::kDim}},
              place.style, out);
  }
  for (const CheckedSlo& slo : check.slos) {
    PrintHead(slo, place, out);
    for (std::size_t i = 0; i < slo.standing.objectives.size(); ++i) {
      PrintObjective(slo, i, place, out);
    }
    out << "\n";
  }
  for (const CheckedPolicy& policy : check.policies) {
    PrintTable(CheckReport{policy.asked.name, policy.asked.request, policy.result, policy.budgets},
               out);
    out << "\n";
  }
  PrintWrapped(Summary(check), "", out);
}

}  // namespace slogate::app
