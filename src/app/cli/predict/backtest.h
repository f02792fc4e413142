// What the gate would have done: both tracks' past counts, replayed through the core.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "app/cli/check/check_connection.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::app {

struct BacktestRequest {
  core::Policy policy;
  ports::MetricsConnection connection;
  RevisionFlags revisions;
  core::TimePoint from{};
  core::TimePoint to{};   // at least two blocks after `from`
  core::TimePoint now{};  // not before `to`
};

struct BacktestResult {
  core::SourceProblem source = core::SourceProblem::kNone;  // other than kNone: no end is known
  std::string message;
  std::size_t blocks = 0;  // that were replayed
  // The first step's begin, and every decision or new reason to hold since then, oldest first.
  std::vector<core::HistoryEntry> decisions;
  core::RolloutState state;  // at the end: verdicts, attribute, what it still waited for
  std::vector<std::string> warnings;
};

// The rollout starts at `from` in a world where pods are available and weights are confirmed at
// once; the counts are those of whatever weights there were. Paused and dry-run policies are played
// all the same. `progress` hears the share done, 0 to 1, between chunks of the range.
BacktestResult Backtest(const BacktestRequest& request, ports::MetricsSource& source,
                        const std::function<void(double)>& progress);

}  // namespace slogate::app
