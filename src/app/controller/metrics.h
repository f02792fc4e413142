// The controller's own metrics, for Prometheus to scrape.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/controller/budget_gauge.h"
#include "slogate/core/observations.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

// Thread-safe. Label values come from policies, of which there are few: nothing here has a label
// whose values grow without bound.
class ControllerMetrics {
 public:
  // `queue_depth` is asked at every Render and must be thread-safe.
  explicit ControllerMetrics(std::function<std::size_t()> queue_depth);
  ~ControllerMetrics();

  // One reconcile ended; `result` is one of a few constant words.
  void Reconciled(std::string_view result, core::Duration took);

  // What a look at a policy gave. Replaces what the look before gave.
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
