// The baseline's past, asked for as a rollout that is about to start would.
#pragma once

#include "app/cli/check_connection.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::app {

// Both arms complete, as when a rollout starts, with `baseline_pods` pods or the one there must be.
// Revisions that are not given have made-up names.
core::WorkloadView ArmsAtStart(const core::Policy& policy, const RevisionFlags& revisions,
                               int baseline_pods);

struct HistoryRequest {
  const core::Policy& policy;
  ports::MetricsConnection connection;
  RevisionFlags revisions;  // of a policy with a revision label
  core::Duration lookback{0};
  core::TimePoint until{};
};

// Whole blocks within the lookback. A source that fails says so in the reading.
core::HistoryReading ReadHistory(const HistoryRequest& request, ports::MetricsSource& source);

}  // namespace slogate::app
