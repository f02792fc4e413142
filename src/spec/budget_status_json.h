// Error budgets in the status <-> JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "slogate/core/rollout_state.h"
#include "spec/object_reader.h"

namespace slogate::spec {

nlohmann::json BudgetsToJson(const std::vector<core::BudgetStatus>& budgets);
// The list "budgets" of a status.
std::vector<core::BudgetStatus> ReadBudgets(ObjectReader& status);

}  // namespace slogate::spec
