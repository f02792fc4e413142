#include "app/cli/predict/plan_report.h"

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "app/cli/frame/output.h"
#include "app/cli/help/help_text.h"
#include "app/cli/terminal/number_text.h"
#include "spec/text/duration_text.h"

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
  const bool report_only = objective.mode != core::Mode::kEnforce;
  PrintFilled("  ", objective.name + (report_only ? " (reports only)" : ""), out);
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
  if (!report_only && !by_person) {
    PrintRow(
        "let on before", outlooks,
        [](const Outlook& one) -> std::string { return Good(one) ? "-" : Chance(one.let_on); },
        out);
  }
  if (!report_only && !by_person && outlooks.front().undecided) {
    PrintRow(
        "undecided", outlooks,
        [](const Outlook& one) -> std::string {
          return one.undecided ? Chance(*one.undecided) : "-";
        },
        out);
  }
}

std::string StepTitle(const core::Step& step, std::size_t number, std::size_t of) {
  const core::Duration longest = step.max_duration;
  return "Step " + std::to_string(number) + " of " + std::to_string(of) + ": " +
         std::to_string(step.weight_percent) + " %, " + std::string(ToString(step.require)) +
         ", from " + spec::ToText(step.min_duration) +
         (longest > core::Duration{0} ? " to " + spec::ToText(longest) : " on");
}

void PrintRates(const PlanReport& report, std::ostream& out) {
  const core::FrozenParameters& frozen = report.input.frozen;
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    const PlannedRates& rates = report.input.rates[i];
    const core::Dispersion& dispersion = frozen.objectives[i].parameters.dispersion;
    PrintFilled("  ",
                frozen.objectives[i].name + ": " + ShortNumber(rates.events_per_second) +
                    " a second, " + PercentText(rates.bad_rate) + " bad; overdispersion " +
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

namespace {

using Json = nlohmann::ordered_json;

// Digits beyond these are noise of the draws.
Json RoundedShare(double number) { return std::round(number * 1e4) / 1e4; }

Json Seconds(const std::optional<core::Duration>& time) {
  if (!time) return nullptr;
  return static_cast<double>(time->count()) / 1000;
}

Json OutlookJson(const Outlook& outlook) {
  const bool good = outlook.factor <= 1;
  Json json;
  json["factor"] = outlook.factor;
  json["medianSeconds"] = Seconds(outlook.median);
  json["nineInTenSeconds"] = Seconds(outlook.most);
  json["never"] = outlook.never;
  json["badServed"] = RoundedShare(outlook.bad_served);
  json[good ? "rolledBack" : "letOn"] = RoundedShare(outlook.let_on);
  json["undecided"] = outlook.undecided ? RoundedShare(*outlook.undecided) : Json(nullptr);
  return json;
}

Json RatesJson(const core::FrozenObjective& objective, const PlannedRates& rates) {
  const core::Dispersion& dispersion = objective.parameters.dispersion;
  Json json;
  json["name"] = objective.name;
  json["mode"] = ToString(objective.mode);
  json["eventsPerSecond"] = rates.events_per_second;
  json["badRate"] = rates.bad_rate;
  json["dispersion"]["measured"] = dispersion.measured;
  json["dispersion"]["overdispersion"] = dispersion.phi_max;
  json["dispersion"]["kappa"] = dispersion.kappa;
  return json;
}

Json StepJson(const core::FrozenParameters& frozen, std::size_t number,
              const StepOutlook& outlook) {
  const core::Step& step = frozen.steps[number];
  Json json;
  json["step"] = number + 1;
  json["weight"] = step.weight_percent;
  json["require"] = ToString(step.require);
  json["minDuration"] = spec::ToText(step.min_duration);
  json["maxDuration"] = spec::ToText(step.max_duration);
  json["horizonSeconds"] = Seconds(outlook.horizon);
  json["objectives"] = Json::array();
  for (std::size_t i = 0; i < outlook.objectives.size(); ++i) {
    Json objective;
    objective["name"] = frozen.objectives[i].name;
    objective["canaries"] = Json::array();
    for (const Outlook& one : outlook.objectives[i]) {
      objective["canaries"].push_back(OutlookJson(one));
    }
    json["objectives"].push_back(objective);
  }
  return json;
}

}  // namespace

void PrintJson(const PlanReport& report, std::ostream& out) {
  const core::FrozenParameters& frozen = report.input.frozen;
  Json json;
  json["policy"] = report.policy;
  json["blockLength"] = spec::ToText(frozen.block_length);
  json["measuredOver"] = report.measured.empty() ? Json(nullptr) : Json(report.measured);
  json["exitCode"] = static_cast<int>(Verdict(report));
  json["objectives"] = Json::array();
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    json["objectives"].push_back(RatesJson(frozen.objectives[i], report.input.rates[i]));
  }
  json["steps"] = Json::array();
  for (std::size_t step = 0; step < frozen.steps.size(); ++step) {
    json["steps"].push_back(StepJson(frozen, step, report.outlooks[step]));
  }
  json["warnings"] = report.advice.warnings;
  json["notes"] = report.advice.notes;
  PrintValue(json, OutputFormat::kJson, out);
}

}  // namespace slogate::app
