#include "app/cli/check_self.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/cli/baseline_history.h"
#include "slogate/core/self_check.h"

namespace slogate::app {
namespace {

constexpr double kUsualShare = 0.1;

SelfCheckedObjective Check(core::FrozenObjective objective, const core::ObjectiveHistory& history,
                           const core::FrozenParameters& frozen, core::TimePoint began) {
  const double share =
      frozen.steps.empty() ? kUsualShare : frozen.steps.front().weight_percent / 100.0;
  const core::SelfCheckResult result =
      core::CheckAgainstItself(history, objective.parameters, share, frozen.alpha);
  SelfCheckedObjective checked;
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

SelfCheckReport CheckBaseline(const std::string& policy, const LookbackRequest& request,
                              ports::MetricsSource& source) {
  SelfCheckReport report{policy, request};
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

ExitCode Verdict(const SelfCheckReport& report) {
  using SelfCheck = core::Calibration::SelfCheck;
  if (report.source != core::SourceProblem::kNone) return ExitCode::kSource;
  ExitCode code = ExitCode::kPass;
  for (const SelfCheckedObjective& checked : report.objectives) {
    if (checked.objective.mode != core::Mode::kEnforce) continue;
    if (checked.outcome == SelfCheck::kFired) return ExitCode::kFail;
    if (checked.outcome == SelfCheck::kNotDone) code = ExitCode::kInconclusive;
  }
  return code;
}

}  // namespace slogate::app
