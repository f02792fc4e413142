#include "app/cli/lookback.h"

#include <algorithm>
#include <utility>

#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"

namespace slogate::app {
namespace {

constexpr core::Duration kHistoryLength = std::chrono::hours(4);

core::WorkloadView ArmsOf(const LookbackRequest& request) {
  core::WorkloadView workload;
  workload.canary.pod_template_hash = request.canary_revision;
  workload.baseline.pod_template_hash = request.baseline_revision;
  return workload;
}

core::ReadingPlan Plan(const LookbackRequest& request, core::TimePoint from) {
  const core::Policy& policy = request.policy;
  const core::WorkloadView workload = ArmsOf(request);
  core::ReadingPlan plan;
  plan.canary = core::ArmMatchers(policy, workload, core::Arm::kCanary);
  plan.baseline = core::ArmMatchers(policy, workload, core::Arm::kBaseline);
  for (const core::Objective& objective : policy.objectives) {
    plan.indicators.push_back(objective.indicator);
  }
  plan.block_length = core::BlockLength(policy.prometheus);
  plan.scrape_interval = policy.prometheus.scrape_interval;
  plan.first_block =
      (from.time_since_epoch() + plan.block_length - core::Duration(1)) / plan.block_length;
  return plan;
}

core::HistoryReading History(const LookbackRequest& request, ports::MetricsSource& source,
                             std::vector<std::string>& warnings) {
  const core::TimePoint until = request.at - request.lookback;
  core::ReadingPlan plan = Plan(request, until - kHistoryLength);
  plan.wants_history = true;
  core::HistoryReading history = source.History(request.connection, plan, until);
  if (history.source != core::SourceProblem::kNone) {
    warnings.push_back("the baseline's history could not be read: " + history.message);
    history.objectives.clear();
  }
  return history;
}

}  // namespace

LookbackResult JudgeLookback(const LookbackRequest& request, ports::MetricsSource& source) {
  LookbackResult result;
  core::EvidenceReading reading = source.Count(
      "check", request.connection, Plan(request, request.at - request.lookback), request.at);
  result.source = reading.source;
  result.message = std::move(reading.message);
  result.warnings = std::move(reading.warnings);
  result.blocks = reading.blocks.size();
  if (result.source != core::SourceProblem::kNone) return result;
  const core::HistoryReading history = History(request, source, result.warnings);
  const core::FrozenParameters frozen =
      core::Freeze(request.policy, ArmsOf(request), history, request.at);
  result.objectives = frozen.objectives;
  result.verdicts =
      core::JudgeOnce(frozen.objectives, reading.blocks, frozen.alpha, frozen.promotion_alpha);
  for (const core::FrozenObjective& objective : frozen.objectives) {
    if (objective.parameters.dispersion.measured) continue;
    result.warnings.push_back("objective " + objective.name +
                              ": no usable baseline history, so dispersion is taken to be 2");
  }
  return result;
}

}  // namespace slogate::app
