// What a look read of error budgets, as figures for the controller's own metrics.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/time.h"

namespace slogate::app {

struct BudgetGauge {
  std::string objective;
  std::optional<double> remaining;                    // share of the budget; absent: not known
  std::vector<std::pair<std::string, double>> burns;  // by window, such as 5m
};

// `readings` are those of the policy's objectives, or none.
std::vector<BudgetGauge> BudgetsSeen(const core::Policy& policy,
                                     const std::vector<core::BudgetReading>& readings,
                                     core::TimePoint now);

}  // namespace slogate::app
