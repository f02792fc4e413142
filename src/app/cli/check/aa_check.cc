#include "app/cli/check/aa_check.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/check/check_report.h"
#include "app/cli/check/lookback.h"
#include "app/cli/status/counts_report.h"
#include "app/cli/status/evidence_words.h"
#include "slogate/core/aa_test.h"
#include "spec/text/duration_text.h"
#include "spec/text/time_text.h"

namespace slogate::app {
namespace {

constexpr double kUsualShare = 0.1;

AaTestedObjective Check(core::FrozenObjective objective, const core::ObjectiveHistory& history,
                        const core::FrozenParameters& frozen, core::TimePoint began) {
  const double share =
      frozen.steps.empty() ? kUsualShare : frozen.steps.front().weight_percent / 100.0;
  const core::AaTestResult result =
      core::CheckAgainstItself(history, objective.parameters, share, frozen.alpha);
  AaTestedObjective checked;
  checked.outcome = result.outcome;
  checked.log_evidence = result.log_evidence;
  const double way = result.log_evidence / -std::log(frozen.alpha);
  checked.tenths = static_cast<int>(10 * std::clamp(way, 0.0, 1.0));
  if (result.first_firing_block) {
    const auto blocks = static_cast<core::Duration::rep>(*result.first_firing_block + 1);
    checked.fired_at = began + blocks * frozen.block_length;
  }
  checked.objective = std::move(objective);
  return checked;
}

// Where the first whole block of the history begins.
core::TimePoint Began(const LookbackRequest& request) {
  const core::Duration block = core::BlockLength(request.policy.prometheus);
  const core::Duration from = (request.at - request.lookback).time_since_epoch();
  return core::TimePoint((from + block - core::Duration(1)) / block * block);
}

}  // namespace

AaTestReport CheckBaseline(const std::string& policy, const LookbackRequest& request,
                           ports::MetricsSource& source) {
  AaTestReport report{policy, request};
  core::HistoryReading history = ReadHistory({.policy = request.policy,
                                              .connection = request.connection,
                                              .revisions = RevisionsOf(request),
                                              .lookback = request.lookback,
                                              .until = request.at},
                                             source);
  report.source = history.source;
  report.message = history.message;
  if (report.source != core::SourceProblem::kNone) return report;
  const core::FrozenParameters frozen = FreezeFor(request, history);
  report.alpha = frozen.alpha;
  history.objectives.resize(frozen.objectives.size());
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    report.objectives.push_back(
        Check(frozen.objectives[i], history.objectives[i], frozen, Began(request)));
  }
  return report;
}

ExitCode Verdict(const AaTestReport& report) {
  using AaTest = core::Calibration::AaTest;
  if (report.source != core::SourceProblem::kNone) return ExitCode::kSource;
  ExitCode code = ExitCode::kPass;
  for (const AaTestedObjective& checked : report.objectives) {
    if (checked.objective.mode != core::Mode::kEnforce) continue;
    if (checked.outcome == AaTest::kFired) return ExitCode::kFail;
    if (checked.outcome == AaTest::kNotDone) code = ExitCode::kInconclusive;
  }
  return code;
}

namespace {

using Json = nlohmann::ordered_json;
using AaTest = core::Calibration::AaTest;

std::string OutcomeOf(const AaTestedObjective& checked) {
  switch (checked.outcome) {
    case AaTest::kFired:
      return checked.fired_at ? "fired at " + spec::ToSecondsText(*checked.fired_at) : "fired";
    case AaTest::kQuiet:
      return "quiet";
    case AaTest::kNotDone:
      return "not done: too little history with events";
  }
  return "";
}

const char* OutcomeWord(ExitCode code) {
  if (code == ExitCode::kPass) return "Quiet";
  if (code == ExitCode::kFail) return "Fired";
  return code == ExitCode::kInconclusive ? "NotDone" : "SourceUnavailable";
}

Json ObjectiveJson(const AaTestedObjective& checked, double alpha) {
  Json json;
  json["name"] = checked.objective.name;
  json["dimension"] = ToString(checked.objective.dimension);
  json["mode"] = ToString(checked.objective.mode);
  json["outcome"] = AaTestWord(checked.outcome);
  json["firedAt"] = checked.fired_at ? Json(spec::ToSecondsText(*checked.fired_at)) : Json(nullptr);
  json["evidence"]["logE"] =
      std::isfinite(checked.log_evidence) ? Json(checked.log_evidence) : Json(nullptr);
  json["evidence"]["logThreshold"] = -std::log(alpha);
  json["evidence"]["percent"] = 10 * checked.tenths;
  PutCalibration(json, checked.objective);
  return json;
}

}  // namespace

std::string Summary(const AaTestReport& report) {
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

void PrintTable(const AaTestReport& report, std::ostream& out) {
  PrintWrapped(report.policy + ": baseline against itself, " +
                   spec::ToText(report.request.lookback) + " until " +
                   spec::ToSecondsText(report.request.at),
               "", out);
  for (const AaTestedObjective& checked : report.objectives) {
    out << "\n";
    PrintWrapped(checked.objective.name + " (" +
                     std::string(ToString(checked.objective.dimension)) + ", " +
                     std::string(ToString(checked.objective.mode)) + "): " + OutcomeOf(checked),
                 "", out);
    if (checked.outcome != AaTest::kNotDone) {
      out << "  evidence   " << 10 * checked.tenths << " % of what rolls back, at its highest\n";
    }
    core::FrozenObjective arrivals = checked.objective;
    arrivals.calibration.aa_test = AaTest::kNotDone;  // said above
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

Json ToJson(const AaTestReport& report) {
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
  for (const AaTestedObjective& checked : report.objectives) {
    json["objectives"].push_back(ObjectiveJson(checked, report.alpha));
  }
  return json;
}

}  // namespace slogate::app
