#include "app/cli/plan_report.h"

#include <cmath>
#include <functional>

#include "app/cli/help_text.h"
#include "app/cli/plan_text.h"
#include "spec/duration_text.h"

namespace slogate::app {
namespace {

constexpr std::size_t kLabel = 18;
constexpr std::size_t kCell = 10;

std::string Padded(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

void PrintRow(const std::string& label, const std::vector<Outlook>& outlooks,
              const std::function<std::string(const Outlook&)>& cell, std::ostream& out) {
  out << "  " << label << std::string(kLabel > label.size() ? kLabel - label.size() : 1, ' ');
  for (const Outlook& outlook : outlooks) out << Padded(cell(outlook), kCell);
  out << "\n";
}

bool Good(const Outlook& outlook) { return outlook.factor <= 1; }

std::string Header(const Outlook& outlook) {
  return Good(outlook) ? "good" : "x" + ShortNumber(outlook.factor);
}

std::string Chance(double share) {
  if (share > 0 && share < 0.01) return "<1 %";
  return ShortNumber(std::round(100 * share)) + " %";
}

void PrintObjective(const PlanReport& report, const core::Step& step, const StepOutlook& outlook,
                    std::size_t index, std::ostream& out) {
  const core::FrozenObjective& objective = report.input.frozen.objectives[index];
  const std::vector<Outlook>& outlooks = outlook.objectives[index];
  const bool advised = objective.mode != core::Mode::kEnforce;
  PrintFilled("  ", objective.name + (advised ? " (only advises)" : ""), out);
  PrintRow("", outlooks, Header, out);
  PrintRow(
      "passes, caught", outlooks,
      [&](const Outlook& one) -> std::string {
        if (one.never) return "never";
        return one.median ? RoughTime(*one.median) : ">" + RoughTime(outlook.horizon);
      },
      out);
  PrintRow(
      "nine in ten by", outlooks,
      [&](const Outlook& one) -> std::string {
        if (one.never) return "-";
        return one.most ? RoughTime(*one.most) : ">" + RoughTime(outlook.horizon);
      },
      out);
  PrintRow(
      "bad requests", outlooks,
      [](const Outlook& one) -> std::string {
        return one.never ? "-" : ShortNumber(one.bad_served);
      },
      out);
  const bool by_person = step.require == core::Require::kApproval;
  if (!advised && !by_person) {
    PrintRow(
        "let on before", outlooks,
        [](const Outlook& one) -> std::string { return Good(one) ? "-" : Chance(one.let_on); },
        out);
  }
  if (!advised && !by_person && outlooks.front().undecided) {
    PrintRow(
        "undecided", outlooks,
        [](const Outlook& one) -> std::string {
          return one.undecided ? Chance(*one.undecided) : "-";
        },
        out);
  }
}

std::string StepTitle(const core::Step& step, std::size_t number, std::size_t of) {
  const core::Duration longest = step.longest_duration;
  return "Step " + std::to_string(number) + " of " + std::to_string(of) + ": " +
         std::to_string(step.weight_percent) + " %, " + std::string(ToString(step.require)) +
         ", from " + spec::ToText(step.least_duration) +
         (longest > core::Duration{0} ? " to " + spec::ToText(longest) : " on");
}

void PrintRates(const PlanReport& report, std::ostream& out) {
  const core::FrozenParameters& frozen = report.input.frozen;
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    const PlannedRates& rates = report.input.rates[i];
    const core::Dispersion& dispersion = frozen.objectives[i].parameters.dispersion;
    PrintFilled("  ",
                frozen.objectives[i].name + ": " + ShortNumber(rates.events_per_second) +
                    " a second, " + PercentText(rates.bad_rate) + " bad; phi " +
                    ShortNumber(dispersion.phi_max) +
                    (dispersion.measured ? " measured" : ", the default"),
                out);
  }
}

}  // namespace

ExitCode Verdict(const PlanReport& report) {
  return report.advice.warnings.empty() ? ExitCode::kPass : ExitCode::kInconclusive;
}

void PrintTable(const PlanReport& report, std::ostream& out) {
  const core::FrozenParameters& frozen = report.input.frozen;
  out << report.policy << ": blocks of " << spec::ToText(frozen.block_length) << ", rates "
      << (report.measured.empty() ? "as given" : "of the last " + report.measured) << "\n";
  PrintRates(report, out);
  for (std::size_t step = 0; step < frozen.steps.size(); ++step) {
    out << "\n" << StepTitle(frozen.steps[step], step + 1, frozen.steps.size()) << "\n";
    for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
      PrintObjective(report, frozen.steps[step], report.outlooks[step], i, out);
    }
  }
  out << "\n";
  PrintFilled("",
              "Times are medians from the confirmed weights until a good canary passes the step, "
              "or until one with that many times the bad events is caught, should the weight stay. "
              "The fault begins with the step. Bad requests are the canary's until then; let on "
              "before is how often the step's gates open first.",
              out);
  if (!report.advice.warnings.empty() || !report.advice.notes.empty()) out << "\n";
  for (const std::string& warning : report.advice.warnings) PrintFilled("warning: ", warning, out);
  for (const std::string& note : report.advice.notes) PrintFilled("note: ", note, out);
}

}  // namespace slogate::app
