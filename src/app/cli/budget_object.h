// Error budgets of a status as JSON, for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "slogate/core/rollout_state.h"

namespace slogate::app {

nlohmann::ordered_json BudgetsJson(const std::vector<core::BudgetStatus>& budgets);

}  // namespace slogate::app
