#include "app/cli/lookback.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/cli/baseline_history.h"
#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"

namespace slogate::app {
namespace {

constexpr core::Duration kDefaultHistory = std::chrono::hours(4);

core::ReadingPlan Plan(const LookbackRequest& request, const core::FrozenParameters& frozen) {
  const core::TimePoint from = request.at - request.lookback;
  core::ReadingPlan plan;
  plan.canary = frozen.canary;
  plan.baseline = frozen.baseline;
  for (const core::FrozenObjective& objective : frozen.objectives) {
    plan.indicators.push_back(objective.indicator);
    plan.slices.push_back({.cohort_label = objective.cohort_label,
                           .cohorts = objective.cohorts,
                           .bounds = objective.bounds});
  }
  plan.block_length = frozen.block_length;
  plan.scrape_interval = frozen.scrape_interval;
  plan.first_block =
      (from.time_since_epoch() + plan.block_length - core::Duration(1)) / plan.block_length;
  return plan;
}

core::HistoryReading History(const LookbackRequest& request, ports::MetricsSource& source,
                             std::vector<std::string>& warnings) {
  core::HistoryReading history = ReadHistory({.policy = request.policy,
                                              .connection = request.connection,
                                              .revisions = RevisionsOf(request),
                                              .lookback = kDefaultHistory,
                                              .until = request.at - request.lookback},
                                             source);
  if (history.source != core::SourceProblem::kNone) {
    warnings.push_back("the baseline's history could not be read: " + history.message);
    history.objectives.clear();
  }
  return history;
}

// Of the objective whose series tell most pods apart.
int PodsIn(const core::HistoryReading& history) {
  std::size_t most = 0;
  for (const core::ObjectiveHistory& objective : history.objectives) {
    most = std::max(most, objective.pods.size());
  }
  return static_cast<int>(most);
}

}  // namespace

RevisionFlags RevisionsOf(const LookbackRequest& request) {
  return {.canary = request.canary_revision, .baseline = request.baseline_revision};
}

core::FrozenParameters FreezeFor(const LookbackRequest& request,
                                 const core::HistoryReading& history) {
  const core::WorkloadView workload =
      ArmsAtStart(request.policy, RevisionsOf(request), PodsIn(history));
  return core::Freeze(request.policy, workload, history, request.at);
}

LookbackResult JudgeLookback(const LookbackRequest& request, ports::MetricsSource& source) {
  LookbackResult result;
  const core::HistoryReading history = History(request, source, result.warnings);
  const core::FrozenParameters frozen = FreezeFor(request, history);
  core::EvidenceReading reading =
      source.Count("check", request.connection, Plan(request, frozen), request.at);
  result.source = reading.source;
  result.message = std::move(reading.message);
  result.blocks = reading.blocks.size();
  if (result.source != core::SourceProblem::kNone) {
    result.warnings = std::move(reading.warnings);
    return result;
  }
  std::move(reading.warnings.begin(), reading.warnings.end(), std::back_inserter(result.warnings));
  result.objectives = frozen.objectives;
  result.verdicts =
      core::JudgeOnce(frozen.objectives, reading.blocks, frozen.alpha, frozen.promotion_alpha);
  return result;
}

}  // namespace slogate::app
