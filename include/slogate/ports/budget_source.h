// An objective's events over its budget window.
#pragma once

#include <string>

#include "slogate/core/budget.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::ports {

// Failures are part of the reading (core::SourceProblem), so that they cannot be mistaken for
// counts. Thread-safe; calls with the same key do not overlap.
class BudgetSource {
 public:
  virtual ~BudgetSource() = default;

  // `key` names who asks for what; repeated calls with it ask only for what is new. An empty key is
  // not remembered.
  virtual core::BudgetReading ReadBudget(const std::string& key,
                                         const MetricsConnection& connection,
                                         const core::BudgetPlan& plan) = 0;

  // Drops what is remembered for keys that begin with `prefix`.
  virtual void ForgetBudgets(const std::string& prefix) = 0;
};

}  // namespace slogate::ports
