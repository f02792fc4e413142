#include "app/cli/check/lookback.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"
#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

constexpr core::Duration kLongestLookback = std::chrono::hours(7 * 24);
constexpr core::Duration kDefaultHistory = std::chrono::hours(4);

core::TrackView CompleteTrack(const std::string& revision, const std::string& hash, int pods) {
  core::TrackView track;
  track.exists = true;
  track.revision = revision;
  track.pod_template_hash = hash.empty() ? revision : hash;
  track.desired = track.available = track.available_any = pods;
  track.settled = true;
  return track;
}

core::ReadingPlan Plan(const LookbackRequest& request, const core::FrozenParameters& frozen) {
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
  plan.first_block = FirstBlock(request);
  return plan;
}

// What there was before the lookback.
core::HistoryReading HistoryBefore(LookbackRequest request, ports::MetricsSource& source,
                                   std::vector<std::string>& warnings) {
  request.at -= request.lookback;
  request.lookback = kDefaultHistory;
  core::HistoryReading history = ReadHistory(request, source);
  if (history.source != core::SourceProblem::kNone) {
    warnings.push_back("the baseline's history could not be read: " + history.message);
    history.objectives.clear();
  }
  return history;
}

}  // namespace

core::WorkloadView TracksAtStart(const core::Policy& policy, const RevisionFlags& revisions,
                                 int baseline_pods) {
  const int pods = std::max(1, baseline_pods);
  const core::CanaryScale& scale = policy.workload.canary_scale;
  const double share = std::ceil(scale.share_of_baseline * pods - 1e-9);
  const int canary_pods = scale.replicas.value_or(static_cast<int>(share));
  core::WorkloadView workload;
  workload.canary = CompleteTrack("canary", revisions.canary, std::max(1, canary_pods));
  workload.baseline = CompleteTrack("baseline", revisions.baseline, pods);
  return workload;
}

std::string ReadLookback(const std::string& text, const std::string& such_as,
                         LookbackRequest& request) {
  const std::optional<core::Duration> lookback = spec::ParseDuration(text);
  const core::Duration least = 2 * core::BlockLength(request.policy.prometheus);
  if (!lookback || *lookback < least || *lookback > kLongestLookback) {
    return "--lookback " + text + ": give a length of time from two blocks (" +
           spec::ToText(least) + ") to " + spec::ToText(kLongestLookback) + ", such as " + such_as;
  }
  request.lookback = *lookback;
  return "";
}

std::int64_t FirstBlock(const LookbackRequest& request) {
  const core::Duration block = core::BlockLength(request.policy.prometheus);
  const core::Duration from = (request.at - request.lookback).time_since_epoch();
  return (from + block - core::Duration(1)) / block;
}

core::HistoryReading ReadHistory(const LookbackRequest& request, ports::MetricsSource& source) {
  const core::WorkloadView workload = TracksAtStart(request.policy, request.revisions, 1);
  core::ReadingPlan plan = core::PlanHistory(request.policy, workload, request.at);
  plan.first_block = FirstBlock(request);
  return source.History(request.connection, plan, request.at);
}

int PodsIn(const core::HistoryReading& history) {
  std::size_t most = 0;
  for (const core::ObjectiveHistory& objective : history.objectives) {
    most = std::max(most, objective.pods.size());
  }
  return static_cast<int>(most);
}

core::FrozenParameters FreezeFor(const LookbackRequest& request,
                                 const core::HistoryReading& history) {
  const core::WorkloadView workload =
      TracksAtStart(request.policy, request.revisions, PodsIn(history));
  return core::Freeze(request.policy, workload, history, request.at);
}

LookbackResult JudgeLookback(const LookbackRequest& request, ports::MetricsSource& source) {
  LookbackResult result;
  const core::HistoryReading history = HistoryBefore(request, source, result.warnings);
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
