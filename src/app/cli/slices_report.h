// Calibration, cohorts and latency shift of one objective, as every command writes them in JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "slogate/core/rollout_state.h"

namespace slogate::app {

const char* SelfCheckWord(core::Calibration::SelfCheck outcome);

// Adds "calibration".
void PutCalibration(nlohmann::ordered_json& json, const core::FrozenObjective& objective);

// Adds "calibration", and "cohorts" and "shift" where the objective has them. Of cohorts those
// that are worse or point to worse have counts, and those unseen a name.
void PutSlices(nlohmann::ordered_json& json, const core::FrozenObjective& objective,
               const core::ObjectiveVerdict& verdict);

}  // namespace slogate::app
