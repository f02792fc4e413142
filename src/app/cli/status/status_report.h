// Error budgets of a status as JSON, for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "app/cli/status/act.h"
#include "app/cli/status/rollout_view.h"
#include "slogate/core/rollout_state.h"

namespace slogate::app {

nlohmann::ordered_json BudgetsJson(const std::vector<core::BudgetStatus>& budgets);

// A rollout as `gate status --output json` shows it. Fields are added, never renamed.

nlohmann::ordered_json StatusObject(const RolloutView& view, const std::vector<NextAct>& acts);

}  // namespace slogate::app
