// Rollouts, and what they are judged by, as every command writes them in JSON. Fields are added,
// never renamed.
#pragma once

#include <optional>
#include <vector>

#include "app/cli/frame/output.h"
#include "app/cli/status/rollout_view.h"
#include "slogate/core/rollout_state.h"

namespace slogate::app {

// What is said of an objective, why, and by which counts.
Json VerdictJson(const core::ObjectiveVerdict& verdict, std::optional<core::Mode> mode);

Json DecisionJson(const core::HistoryEntry& entry);

Json BudgetsJson(const std::vector<core::BudgetStatus>& budgets);

// Adds "calibration".
void PutCalibration(Json& json, const core::FrozenObjective& objective);

// Adds "calibration", and "cohorts" and "shift" where the objective has them. Of cohorts those
// that are worse or point to worse have counts, and those unseen a name.
void PutSlices(Json& json, const core::FrozenObjective& objective,
               const core::ObjectiveVerdict& verdict);

// A rollout as `gate status --output json` shows it.
Json StatusObject(const RolloutView& view, const std::vector<NextAct>& acts);

}  // namespace slogate::app
