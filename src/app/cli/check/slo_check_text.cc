#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>

#include "app/cli/check/slo_check.h"
#include "app/cli/status/rollout_view.h"
#include "app/cli/terminal/span.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

constexpr std::size_t kNameColumns = 24;
constexpr std::string_view kTableIndent = "    ";
constexpr const char* kExplainIndent = "      ";

void PrintLine(const Line& line, Style style, std::ostream& out) {
  std::string text = Render(line, style);
  text.erase(text.find_last_not_of(' ') + 1);
  out << text << "\n";
}

// What is left of the budget, ten cells in brackets.
Line RemainingBar(const BudgetRow& row, Style style) {
  constexpr std::size_t kCells = 10;
  const double share = row.known ? std::clamp(row.verdict.remaining, 0.0, 1.0) : 0.0;
  // Anything left at all is seen, and what is not whole never looks whole.
  const auto cells = static_cast<std::size_t>(share * kCells);
  const std::size_t filled = share > 0 ? std::max<std::size_t>(cells, 1) : 0;
  const char* const empty = style.unicode ? "·" : row.known ? "." : "?";
  return {{"[", Tone::kDim},
          {Repeated(style.unicode ? "█" : "#", filled), row.tone},
          {Repeated(empty, kCells - filled) + "]", Tone::kDim}};
}

// The sentences below a row of the table.
class Notes {
 public:
  Notes(Style style, std::ostream& out) : style_(style), out_(out) {}

  // Wrapped, with the first word in a tone.
  void Add(const std::string& lead, Tone tone, const std::string& text) const {
    const std::vector<std::string> lines =
        Wrap(Printable(lead + text), kColumns - kTableIndent.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::size_t toned = i == 0 ? std::min(lead.size(), lines[i].size()) : 0;
      PrintLine({{std::string(kTableIndent)},
                 {lines[i].substr(0, toned), tone},
                 {lines[i].substr(toned)}},
                style_, out_);
    }
  }
  void Add(const std::string& text) const { Add("", Tone::kPlain, text); }

  void Add(const std::vector<core::GateFinding>& findings) const {
    for (const core::GateFinding& finding : findings) {
      if (finding.action == core::GateAction::kAllow) continue;
      Add(std::string(ToString(finding.action)) + ": ",
          finding.action == core::GateAction::kBlock ? Tone::kBad : Tone::kWarn,
          (finding.cohort.empty() ? "" : finding.cohort + ": ") + finding.message);
    }
  }

 private:
  const Style style_;
  std::ostream& out_;
};

void AddNumbers(const core::ObjectiveSummary& summary, const core::BudgetVerdict& verdict,
                const core::BudgetWindow& window, const Notes& notes) {
  std::string text = TargetText(verdict.target) + " over " + WindowText(window);
  const std::string outage = OutageText(verdict.remaining, verdict.outage_time);
  text += outage.empty() ? "; " : " (full outage: " + outage + "); ";
  if (verdict.counted) {
    text += CountText(verdict.bad) + " bad of " + CountText(verdict.events) + " events, " +
            CountText(verdict.budget) + " allowed; ";
  }
  text += "from " + std::string(OriginText(summary.origin));
  notes.Add(verdict.counted ? text : text + ", which tell shares, not events");
  if (verdict.remaining_at_best) {
    notes.Add("at best " + ShareText(*verdict.remaining_at_best) +
              " is left: how often requests fail in two ways at once is not counted");
  }
  if (verdict.sla_remaining) {
    notes.Add("of the SLA's budget " + ShareText(*verdict.sla_remaining) + " is left");
  }
  if (verdict.budget_factor != 1) {
    notes.Add("the calendar makes the budget " + BurnText(verdict.budget_factor) +
              " times as large");
  }
}

void Say(const std::string& text, std::ostream& out) { PrintWrapped(kExplainIndent, text, out); }

void ExplainRemaining(const core::BudgetVerdict& verdict, std::ostream& out) {
  const std::string allowed = TargetText(1 - verdict.target);
  const std::string left = ShareText(verdict.remaining);
  if (!verdict.counted) {
    Say("left = 1 - bad share of the window / " + allowed + " = " + left, out);
    return;
  }
  const std::string budget = CountText(verdict.budget);
  const std::string factor =
      verdict.budget_factor == 1 ? "" : " x " + BurnText(verdict.budget_factor) + " (calendar)";
  Say("budget = (1 - target) x events of the whole window at its traffic so far" + factor + ": " +
          allowed + " of them may be bad, " + budget,
      out);
  Say("left = 1 - bad / budget = 1 - " + CountText(verdict.bad) + " / " + budget + " = " + left,
      out);
}

void ExplainOutage(const core::BudgetVerdict& verdict, std::ostream& out) {
  const std::string outage = OutageText(verdict.remaining, verdict.outage_time);
  if (outage.empty()) return;
  const std::string factor = verdict.budget_factor == 1 ? "" : " x factor";
  Say("full outage = (1 - target) x window" + factor + ", at even traffic: " + outage, out);
}

void ExplainBurns(const core::BudgetVerdict& verdict, std::ostream& out) {
  for (const core::BurnReading& burn : verdict.burns) {
    const std::string events =
        verdict.counted ? " (" + CountText(burn.events) + " events)" : std::string();
    Say("burn over " + spec::ToText(burn.window) + " = bad share / " +
            TargetText(1 - verdict.target) + " = " +
            (burn.burn ? BurnText(*burn.burn) : "unknown") + events,
        out);
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

// Each query with its time, answer and cost, and each number with its formula.
void PrintExplanation(const CheckedSlo& slo, std::size_t objective, std::ostream& out) {
  const core::BudgetReading& reading = slo.readings[objective];
  for (const core::QueryTrace& trace : reading.trace) {
    Say("query at " + spec::ToText(trace.at) + ", " + std::to_string(trace.took.count()) + " ms",
        out);
    // Unbroken: to be copied and asked again.
    out << kExplainIndent << "  " << Printable(trace.query) << "\n";
    PrintWrapped(std::string(kExplainIndent) + "  ", "-> " + trace.answer, out);
  }
  for (const std::string& warning : reading.warnings) Say("Prometheus warns: " + warning, out);
  for (const core::BudgetVerdict& verdict : slo.summary.objectives[objective].verdicts) {
    if (verdict.state == core::BudgetState::kUnknown) continue;
    if (!verdict.cohort.empty()) Say("of " + verdict.cohort + ":", out);
    ExplainRemaining(verdict, out);
    ExplainOutage(verdict, out);
    ExplainBurns(verdict, out);
  }
}

void PrintPeriods(const CheckedSlo& slo, std::size_t objective, const Notes& notes) {
  for (const PeriodRow& row : PeriodRowsOf(slo, objective)) {
    notes.Add(row.period + ": ", Tone::kDim,
              std::string(ToString(row.attainment)) + ", " + row.attained + "; " + row.why);
  }
}

void PrintObjective(const CheckedSlo& slo, std::size_t place, const ReportPlace& report,
                    std::ostream& out) {
  const core::ObjectiveSummary& summary = slo.summary.objectives[place];
  const bool source_failed = summary.source != core::SourceProblem::kNone;
  const Notes notes(report.style, out);
  for (const BudgetRow& row : RowsOf(slo, place)) {
    const bool whole = &row.verdict == &summary.verdicts.front();
    const std::string name = whole ? "  " + summary.objective : "    " + row.verdict.cohort;
    Line line{{PadRight(Printable(name), kNameColumns) + " "},
              {PadRight(row.status, 10), row.tone}};
    Append(line, RemainingBar(row, report.style));
    line.push_back({PadLeft(row.known ? ShareText(row.verdict.remaining) : "-", 11) +
                    PadLeft(row.burn, 10) + PadLeft(row.exhausted_in, 10)});
    PrintLine(line, report.style, out);
    if (whole && row.known) {
      AddNumbers(summary, row.verdict, slo.requested.slo.window, notes);
    } else if (whole && !source_failed && summary.findings.empty()) {
      notes.Add(row.verdict.reason.empty() ? "no data" : row.verdict.reason);
    }
  }
  if (summary.verdicts.empty()) PrintLine({{"  " + Printable(summary.objective)}}, {}, out);
  if (source_failed) {
    notes.Add(std::string(ToString(summary.source)) + ": ", Tone::kBad,
              SourceSentence(summary.source, summary.source_message));
  }
  if (summary.cohorts_left_out > 0) {
    notes.Add(std::to_string(summary.cohorts_left_out) + " smaller cohorts are not judged");
  }
  notes.Add(summary.findings);
  if (summary.mode == core::Mode::kReport) notes.Add("reports only: it never blocks");
  for (const std::string& note : summary.notes) notes.Add("note: ", Tone::kDim, note);
  PrintPeriods(slo, place, notes);
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
  const bool fits = Width(name) + Width(rest) + Width(where) + 2 <= kColumns;
  PrintLine(
      Cut(Line{{name, Tone::kBold}, {fits ? rest + "  " + Printable(where) : rest, Tone::kDim}},
          kColumns),
      report.style, out);
  if (!fits) PrintWrapped(std::string(kTableIndent), where, out);
  Notes(report.style, out).Add(slo.summary.findings);
}

void PrintMarkdownRow(const CheckedSlo& slo, const BudgetRow& row, std::ostream& out) {
  const bool failed = row.summary.source != core::SourceProblem::kNone;
  out << "| " << EscapedCell(row.subject) << " | " << TargetText(row.verdict.target) << " / "
      << WindowText(slo.requested.slo.window) << " | " << (failed ? "Source failed" : row.status)
      << (row.verdict.provisional ? ", provisional" : "") << " | " << row.left << " | "
      << row.outage << " | " << row.burn << " | " << row.exhausted_in << " | "
      << (failed ? "-" : OriginText(row.summary.origin)) << " |\n";
}

void PrintMarkdownPeriods(const SloCheck& check, std::ostream& out) {
  std::string rows;
  for (const CheckedSlo& slo : check.slos) {
    for (std::size_t i = 0; i < slo.summary.objectives.size(); ++i) {
      for (const PeriodRow& row : PeriodRowsOf(slo, i)) {
        rows += "| " +
                EscapedCell(slo.requested.slo.name + "/" + slo.summary.objectives[i].objective) +
                " | " + row.period + " | " + std::string(ToString(row.attainment)) + " | " +
                row.attained + " | " + EscapedCell(row.why) + " |\n";
      }
    }
  }
  if (rows.empty()) return;
  out << "\n| objective | past period | promise | attained | of |\n"
         "| --- | --- | --- | ---: | --- |\n"
      << rows;
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

}  // namespace

std::string EscapedCell(std::string_view text) {
  return Replaced(Printable(text), {{'<', "&lt;"},
                                    {'&', "&amp;"},
                                    {'@', "&#64;"},
                                    {'#', "&#35;"},
                                    {'\\', "\\\\"},
                                    {'`', "\\`"},
                                    {'*', "\\*"},
                                    {'_', "\\_"},
                                    {'{', "\\{"},
                                    {'}', "\\}"},
                                    {'[', "\\["},
                                    {']', "\\]"},
                                    {'(', "\\("},
                                    {')', "\\)"},
                                    {'+', "\\+"},
                                    {'!', "\\!"},
                                    {'|', "\\|"},
                                    {'~', "\\~"},
                                    {'$', "\\$"}});
}

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
    PrintTable(policy, out);
    out << "\n";
  }
  PrintWrapped("", Summary(check), out);
}

void PrintMarkdown(const SloCheck& check, const ReportPlace& place, std::ostream& out) {
  out << "### Deploy gate: " << WordOf(check) << "\n\n"
      << EscapedCell(Summary(check)) << "\n\nPriority " << ToString(check.priority)
      << ", checked at " << spec::ToSecondsText(check.at) << ".\n";
  std::ostringstream notes;
  std::ostringstream details;
  if (!check.slos.empty()) {
    out << "\n| objective | target | status | budget left | full outage | burn 1h | lasts | "
           "counted "
           "from |\n| --- | --- | --- | ---: | ---: | ---: | ---: | --- |\n";
  }
  for (const CheckedSlo& slo : check.slos) {
    for (std::size_t i = 0; i < slo.summary.objectives.size(); ++i) {
      const core::ObjectiveSummary& summary = slo.summary.objectives[i];
      const std::string subject = slo.requested.slo.name + "/" + summary.objective;
      for (const BudgetRow& row : RowsOf(slo, i)) PrintMarkdownRow(slo, row, out);
      for (const std::string& note : summary.notes) {
        notes << "- " << EscapedCell(subject) << ": " << EscapedCell(note) << "\n";
      }
      if (!place.explain) continue;
      details << Printable(subject) << "\n";
      PrintExplanation(slo, i, details);
    }
  }
  PrintMarkdownPeriods(check, out);
  PrintPolicies(check, out);
  out << "\n";
  for (const CheckNotice& notice : NoticesOf(check)) {
    out << "- **" << WordsOf(notice.kind, check.strict).word << "** "
        << EscapedCell(SubjectOf(notice)) << ": " << EscapedCell(notice.message) << " ("
        << EscapedCell(FileIn(place, notice.file));
    if (notice.line > 0) out << ":" << notice.line;
    out << ")\n";
  }
  out << notes.str();
  if (!place.explain) return;
  // As a block of text, which is shown as it is.
  out << "\n<details><summary>Queries and numbers</summary>\n\n";
  std::istringstream lines(details.str());
  for (std::string line; std::getline(lines, line);) out << "    " << line << "\n";
  out << "\n</details>\n";
}

}  // namespace slogate::app
