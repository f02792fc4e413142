// Cohorts, other latency bounds and calibration of a frozen objective <-> JSON.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/rollout_state.h"
#include "spec/object_reader.h"

namespace slogate::spec {

// What a status holds at most. Cohorts are of all objectives of a policy together, and bounded
// when the policy is read; bounds are of one objective. What is beyond is not stored.
inline constexpr std::size_t kMostCohorts = 200;
inline constexpr std::size_t kMostBounds = 64;
inline constexpr std::size_t kLongestCohort = 128;  // bytes of a label's value

std::string_view ToText(core::Shift value);
std::string_view ToText(core::Calibration::SelfCheck value);

// The value of a label, control characters and all, cut at its limit and made valid UTF-8.
nlohmann::json CohortToJson(const std::string& value);
std::vector<std::string> ReadCohortValues(ObjectReader& reader, std::string_view field);

// Adds and reads "cohorts", "bounds", "shift" and "calibration". Each is absent when there is
// nothing to say: a status written without them reads as having none.
void PutSlices(nlohmann::json& object, const core::FrozenObjective& objective);
void ReadSlices(ObjectReader& object, core::FrozenObjective& objective);

}  // namespace slogate::spec
