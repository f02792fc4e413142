// The baseline's past, asked for as a rollout that is about to start would.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "app/cli/check/check_connection.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::app {

// Both tracks complete, as when a rollout starts, with `baseline_pods` pods or the one there must
// be. Revisions that are not given have simulated names.
core::WorkloadView TracksAtStart(const core::Policy& policy, const RevisionFlags& revisions,
                                 int baseline_pods);

struct LookbackRequest {
  core::Policy policy;
  ports::MetricsConnection connection;
  RevisionFlags revisions;     // of a policy with a revision label
  core::Duration lookback{0};  // at least one block
  core::TimePoint at{};        // its end
};

// From a flag's text. Empty, or what is wrong with it; `such_as` is what may be given instead.
std::string ReadLookback(const std::string& text, const std::string& such_as,
                         LookbackRequest& request);

// Whole blocks within the lookback. A source that fails says so in the reading.
core::HistoryReading ReadHistory(const LookbackRequest& request, ports::MetricsSource& source);

// Judges the recent past once, outside any rollout.

struct LookbackResult {
  core::SourceProblem source = core::SourceProblem::kNone;  // other than kNone: no verdicts
  std::string message;
  std::vector<core::ObjectiveVerdict> verdicts;   // in the order of the policy
  std::vector<core::FrozenObjective> objectives;  // the same order: what they were judged by
  std::size_t blocks = 0;
  std::vector<std::string> warnings;
};

// The first block that begins within the lookback.
std::int64_t FirstBlock(const LookbackRequest& request);

// Baseline pods that its series tell apart, of the objective with most; 0: none.
int PodsIn(const core::HistoryReading& history);

// What a rollout would freeze with this history, with as many baseline pods as it tells apart.
core::FrozenParameters FreezeFor(const LookbackRequest& request,
                                 const core::HistoryReading& history);

// Only whole, closed blocks within the lookback count. How bursty the counts are is measured on
// the four hours before; when they cannot be read the defaults are taken, and a warning says so.
// Cohorts and bucket bounds are those that these four hours had.
LookbackResult JudgeLookback(const LookbackRequest& request, ports::MetricsSource& source);

}  // namespace slogate::app
