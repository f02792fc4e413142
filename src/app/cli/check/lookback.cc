#include "app/cli/check/lookback.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"

namespace slogate::app {
namespace {

core::TrackView Complete(const std::string& revision, const std::string& hash, int pods) {
  core::TrackView track;
  track.exists = true;
  track.revision = revision;
  track.pod_template_hash = hash.empty() ? revision : hash;
  track.desired = track.available = track.available_any = pods;
  track.settled = true;
  return track;
}

}  // namespace

core::WorkloadView TracksAtStart(const core::Policy& policy, const RevisionFlags& revisions,
                                 int baseline_pods) {
  const int pods = std::max(1, baseline_pods);
  const core::CanaryScale& scale = policy.workload.canary_scale;
  const double share = std::ceil(scale.share_of_baseline * pods - 1e-9);
  const int canary_pods = scale.replicas.value_or(static_cast<int>(share));
  core::WorkloadView workload;
  workload.canary = Complete("canary", revisions.canary, std::max(1, canary_pods));
  workload.baseline = Complete("baseline", revisions.baseline, pods);
  return workload;
}

core::HistoryReading ReadHistory(const HistoryRequest& request, ports::MetricsSource& source) {
  const core::WorkloadView workload = TracksAtStart(request.policy, request.revisions, 1);
  core::ReadingPlan plan = core::PlanHistory(request.policy, workload, request.until);
  const core::Duration from = request.until.time_since_epoch() - request.lookback;
  plan.first_block = (from + plan.block_length - core::Duration(1)) / plan.block_length;
  return source.History(request.connection, plan, request.until);
}

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
      TracksAtStart(request.policy, RevisionsOf(request), PodsIn(history));
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
