// What a check read of error budgets, as figures for the controller's own metrics.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/sources/source_desk.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

struct BudgetGauge {
  std::string objective;
  std::optional<double> remaining;                    // share of the budget; absent: not known
  std::vector<std::pair<std::string, double>> burns;  // by window, such as 5m
};

// `readings` are those of the policy's objectives that have a budget, or none.
std::vector<BudgetGauge> BudgetsSeen(const core::Policy& policy,
                                     const std::vector<core::BudgetReading>& readings,
                                     core::TimePoint now);

// What waits and runs at this instant.
struct Load {
  std::size_t queue_depth = 0;
  core::Duration oldest_due{0};  // how long the key that waits longest has waited for a worker
  SourceDesk::Figures sources = {};
  ports::RequestPace::Figures api = {};
};

// The controller's own metrics, for Prometheus to scrape.

// Thread-safe. Label values come from policies, of which there are few: nothing here has a label
// whose values grow without bound.
class ControllerMetrics {
 public:
  // `load` is asked at every Render and must be thread-safe.
  explicit ControllerMetrics(std::function<Load()> load);
  ~ControllerMetrics();

  // One reconcile ended; `result` is one of a few constant words.
  void Reconciled(std::string_view result, core::Duration took);

  // What a check of a policy gave. Replaces what the look before gave.
  void Observed(const ports::Key& key, const core::RolloutState& state,
                const std::vector<core::ObjectiveVerdict>& verdicts,
                const std::vector<BudgetGauge>& budgets = {});

  void SourceFailed(core::SourceProblem problem);

  // An exception reached a guard; `where` is one of a few constant words.
  void ExceptionCaught(std::string_view where);

  // The watch of a collection failed and begins again.
  void WatchFailed(std::string_view collection);

  void SetLeader(bool leader);

  // Drops a policy's metrics.
  void Forget(const ports::Key& key);

  // In Prometheus' text format.
  std::string Render() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slogate::app
