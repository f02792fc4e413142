#include <cmath>
#include <nlohmann/json.hpp>

#include "app/cli/check_report.h"
#include "app/cli/check_self.h"
#include "app/cli/screen/calibration_words.h"
#include "app/cli/slices_report.h"
#include "spec/duration_text.h"
#include "spec/time_text.h"

namespace slogate::app {
namespace {

using Json = nlohmann::ordered_json;
using SelfCheck = core::Calibration::SelfCheck;

std::string Outcome(const SelfCheckedObjective& checked) {
  switch (checked.outcome) {
    case SelfCheck::kFired:
      return checked.fired_at ? "fired at " + spec::ToSecondsText(*checked.fired_at) : "fired";
    case SelfCheck::kQuiet:
      return "quiet";
    case SelfCheck::kNotDone:
      return "not done: too little history with events";
  }
  return "";
}

const char* OutcomeWord(ExitCode code) {
  if (code == ExitCode::kPass) return "Quiet";
  if (code == ExitCode::kFail) return "Fired";
  return code == ExitCode::kInconclusive ? "NotDone" : "SourceUnavailable";
}

Json ObjectiveJson(const SelfCheckedObjective& checked, double alpha) {
  Json json;
  json["name"] = checked.objective.name;
  json["dimension"] = ToString(checked.objective.dimension);
  json["mode"] = ToString(checked.objective.mode);
  json["outcome"] = SelfCheckWord(checked.outcome);
  json["firedAt"] = checked.fired_at ? Json(spec::ToSecondsText(*checked.fired_at)) : Json(nullptr);
  json["evidence"]["logE"] =
      std::isfinite(checked.log_evidence) ? Json(checked.log_evidence) : Json(nullptr);
  json["evidence"]["logThreshold"] = -std::log(alpha);
  json["evidence"]["tenths"] = checked.tenths;
  PutCalibration(json, checked.objective);
  return json;
}

}  // namespace

std::string Summary(const SelfCheckReport& report) {
  const ExitCode code = Verdict(report);
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

void PrintTable(const SelfCheckReport& report, std::ostream& out) {
  PrintWrapped(report.policy + ": baseline against itself, " +
                   spec::ToText(report.request.lookback) + " until " +
                   spec::ToSecondsText(report.request.at),
               "", out);
  for (const SelfCheckedObjective& checked : report.objectives) {
    out << "\n";
    PrintWrapped(checked.objective.name + " (" +
                     std::string(ToString(checked.objective.dimension)) + ", " +
                     std::string(ToString(checked.objective.mode)) + "): " + Outcome(checked),
                 "", out);
    if (checked.outcome != SelfCheck::kNotDone) {
      out << "  evidence   " << checked.tenths << "/10 of what rolls back, at its highest\n";
    }
    core::FrozenObjective arrivals = checked.objective;
    arrivals.calibration.self_check = SelfCheck::kNotDone;  // said above
    for (const std::string& sentence : CalibrationSentences(arrivals, Detail::kNotable)) {
      PrintWrapped(sentence, "  ", out);
    }
  }
  if (report.source != core::SourceProblem::kNone) {
    PrintWrapped(std::string(ToString(report.source)) + ": " + report.message, "  ", out);
  }
  out << "\n";
  PrintWrapped(Summary(report), "", out);
}

Json ToJson(const SelfCheckReport& report) {
  const ExitCode code = Verdict(report);
  Json json;
  json["policy"] = report.policy;
  json["lookback"] = spec::ToText(report.request.lookback);
  json["at"] = spec::ToSecondsText(report.request.at);
  json["blockLength"] = spec::ToText(core::BlockLength(report.request.policy.prometheus));
  json["outcome"] = OutcomeWord(code);
  json["exitCode"] = static_cast<int>(code);
  json["source"]["problem"] = ToString(report.source);
  json["source"]["message"] = report.message;
  json["objectives"] = Json::array();
  for (const SelfCheckedObjective& checked : report.objectives) {
    json["objectives"].push_back(ObjectiveJson(checked, report.alpha));
  }
  return json;
}

}  // namespace slogate::app
