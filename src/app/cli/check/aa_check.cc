#include <algorithm>
#include <cmath>

#include "app/cli/check/policy_check.h"
#include "app/cli/status/evidence_words.h"
#include "app/cli/status/rollout_json.h"
#include "slogate/core/aa_test.h"
#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

using AaTest = core::Calibration::AaTest;

constexpr double kUsualShare = 0.1;

AaTestedObjective TestOne(const core::FrozenObjective& objective,
                          const core::ObjectiveHistory& history,
                          const core::FrozenParameters& frozen, std::int64_t first_block) {
  const double share =
      frozen.steps.empty() ? kUsualShare : frozen.steps.front().weight_percent / 100.0;
  const core::AaTestResult result =
      core::CheckAgainstItself(history, objective.parameters, share, frozen.alpha);
  AaTestedObjective checked{objective, result.outcome, std::nullopt, result.log_evidence, 0};
  const double way = result.log_evidence / -std::log(frozen.alpha);
  checked.tenths = static_cast<int>(10 * std::clamp(way, 0.0, 1.0));
  if (result.first_firing_block) {
    const auto blocks = static_cast<std::int64_t>(*result.first_firing_block + 1);
    checked.fired_at = core::TimePoint((first_block + blocks) * frozen.block_length);
  }
  return checked;
}

std::string OutcomeOf(const AaTestedObjective& checked) {
  if (checked.fired_at) return "fired at " + spec::ToSecondsText(*checked.fired_at);
  if (checked.outcome == AaTest::kFired) return "fired";
  return checked.outcome == AaTest::kQuiet ? "quiet" : "not done: too little history with events";
}

const char* OutcomeWord(ExitCode code) {
  if (code == ExitCode::kPass) return "Quiet";
  if (code == ExitCode::kFail) return "Fired";
  return code == ExitCode::kInconclusive ? "NotDone" : "SourceUnavailable";
}

Json ObjectiveJson(const AaTestedObjective& checked, double alpha) {
  const core::FrozenObjective& objective = checked.objective;
  const double log_e = checked.log_evidence;
  Json json{{"name", objective.name},
            {"dimension", ToString(objective.dimension)},
            {"mode", ToString(objective.mode)},
            {"outcome", ToString(checked.outcome)},
            {"firedAt", nullptr},
            {"evidence",
             {{"logE", std::isfinite(log_e) ? Json(log_e) : Json(nullptr)},
              {"logThreshold", -std::log(alpha)},
              {"percent", 10 * checked.tenths}}}};
  if (checked.fired_at) json["firedAt"] = spec::ToSecondsText(*checked.fired_at);
  PutCalibration(json, objective);
  return json;
}

}  // namespace

AaTestReport CheckBaseline(const PolicyToCheck& requested, ports::MetricsSource& source) {
  const LookbackRequest& request = requested.request;
  AaTestReport report{requested};
  core::HistoryReading history = ReadHistory(request, source);
  report.source = history.source;
  report.message = history.message;
  if (report.source != core::SourceProblem::kNone) return report;
  const core::FrozenParameters frozen = FreezeFor(request, history);
  report.alpha = frozen.alpha;
  history.objectives.resize(frozen.objectives.size());
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    report.objectives.push_back(
        TestOne(frozen.objectives[i], history.objectives[i], frozen, FirstBlock(request)));
  }
  return report;
}

ExitCode Verdict(const AaTestReport& report) {
  if (report.source != core::SourceProblem::kNone) return ExitCode::kSource;
  ExitCode code = ExitCode::kPass;
  for (const AaTestedObjective& checked : report.objectives) {
    if (checked.objective.mode != core::Mode::kEnforce) continue;
    if (checked.outcome == AaTest::kFired) return ExitCode::kFail;
    if (checked.outcome == AaTest::kNotDone) code = ExitCode::kInconclusive;
  }
  return code;
}

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
  const LookbackRequest& request = report.requested.request;
  PrintWrapped("",
               report.requested.name + ": baseline against itself, " +
                   spec::ToText(request.lookback) + " until " + spec::ToSecondsText(request.at),
               out);
  for (const AaTestedObjective& checked : report.objectives) {
    out << "\n";
    PrintWrapped("", Headline(checked.objective, OutcomeOf(checked)), out);
    if (checked.outcome != AaTest::kNotDone) {
      out << "  evidence   " << 10 * checked.tenths << " % of what rolls back, at its highest\n";
    }
    core::FrozenObjective arrivals = checked.objective;
    arrivals.calibration.aa_test = AaTest::kNotDone;  // said above
    for (const std::string& sentence : CalibrationSentences(arrivals, Detail::kNotable)) {
      PrintWrapped("  ", sentence, out);
    }
  }
  if (report.source != core::SourceProblem::kNone) {
    PrintWrapped("  ", std::string(ToString(report.source)) + ": " + report.message, out);
  }
  out << "\n";
  PrintWrapped("", Summary(report), out);
}

Json ToJson(const AaTestReport& report) {
  const LookbackRequest& request = report.requested.request;
  const ExitCode code = Verdict(report);
  return {{"policy", report.requested.name},
          {"lookback", spec::ToText(request.lookback)},
          {"at", spec::ToSecondsText(request.at)},
          {"blockLength", spec::ToText(core::BlockLength(request.policy.prometheus))},
          {"outcome", OutcomeWord(code)},
          {"exitCode", static_cast<int>(code)},
          {"source", {{"problem", ToString(report.source)}, {"message", report.message}}},
          {"objectives", ListOf(report.objectives, [&](const AaTestedObjective& one) {
             return ObjectiveJson(one, report.alpha);
           })}};
}

}  // namespace slogate::app
