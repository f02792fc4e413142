// The counts of one track, as every command shows them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "slogate/core/counts.h"
#include "slogate/core/rollout_state.h"

namespace slogate::app {

// Whole, but for a small number that is not, which has one decimal: an estimate.
std::string CountText(double events);
// Share of bad events, such as "0.5000 %"; "-" without events.
std::string RateText(const core::Counts& counts);

// A whole number is written as such.
nlohmann::ordered_json NumberJson(double number);
// {"events", "bad", "rate"}; the rate is null without events.
nlohmann::ordered_json CountsJson(const core::Counts& counts);

// Calibration, cohorts and latency shift of one objective, as every command writes them in JSON.

const char* AaTestWord(core::Calibration::AaTest outcome);

// Adds "calibration".
void PutCalibration(nlohmann::ordered_json& json, const core::FrozenObjective& objective);

// Adds "calibration", and "cohorts" and "shift" where the objective has them. Of cohorts those
// that are worse or point to worse have counts, and those unseen a name.
void PutSlices(nlohmann::ordered_json& json, const core::FrozenObjective& objective,
               const core::ObjectiveVerdict& verdict);

}  // namespace slogate::app
