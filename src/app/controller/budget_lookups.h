// Reads the budgets that a policy asks for, no more often than they can change.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "slogate/core/decide.h"
#include "slogate/ports/budget_source.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

// Thread-safe; one policy is read by one thread at a time.
class BudgetReader {
 public:
  explicit BudgetReader(ports::BudgetSource& source) : source_(source) {}

  // One reading for each plan, by now or at most core::BudgetCadence ago; of a rollout that is
  // about to start (`at_start`) a scrape interval ago. `names`: the objectives', in the order of
  // the plans.
  std::vector<core::BudgetReading> Read(const ports::Key& policy,
                                        const std::vector<std::string>& names,
                                        const ports::MetricsConnection& connection,
                                        const std::vector<core::BudgetPlan>& plans, bool at_start);

  void Forget(const ports::Key& policy);

 private:
  struct Kept {
    core::BudgetPlan plan;
    core::BudgetReading reading;
  };

  ports::BudgetSource& source_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;  // by the source's key
};

}  // namespace slogate::app
