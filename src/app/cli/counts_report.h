// The counts of one arm, as every command shows them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "slogate/core/counts.h"

namespace slogate::app {

// Whole, but for a small number that is not, which has one decimal: an estimate.
std::string CountText(double events);
// Share of bad events, such as "0.5000 %"; "-" without events.
std::string RateText(const core::Counts& counts);

// A whole number is written as such.
nlohmann::ordered_json NumberJson(double number);
// {"events", "bad", "rate"}; the rate is null without events.
nlohmann::ordered_json CountsJson(const core::Counts& counts);

}  // namespace slogate::app
