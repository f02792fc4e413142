// Indicators, which look the same in a policy's spec and in its status.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"
#include "spec/text/object_reader.h"

namespace slogate::spec {

// Longest selector, in bytes: as people may write it, and as it may come back from a status, where
// another way of quoting can make it longer.
inline constexpr std::size_t kLongestSelector = 2048;
inline constexpr std::size_t kLongestStoredSelector = 8192;

// Where an indicator is read: in a policy its PromQL tells the tracks apart, in an objective of its
// own there are none.
enum class IndicatorUse { kOfTracks, kOfService };

// Reads whatever kinds of indicator the object has, and counts them; the last one wins. Fields of
// no kind are left to the caller.
std::optional<core::Indicator> ReadIndicatorKinds(ObjectReader& reader,
                                                  std::size_t longest_selector, IndicatorUse use,
                                                  int& kinds);

// PromQL with the placeholders of its use, on one line; what is wrong is reported.
std::string ReadPromql(ObjectReader& owner, std::string_view field, IndicatorUse use);

// The indicator in `owner`.indicator; std::nullopt when it is missing or unsound, as reported.
std::optional<core::Indicator> ReadIndicator(ObjectReader& owner, std::size_t longest_selector);
nlohmann::json IndicatorToJson(const core::Indicator& indicator);

// Cohorts, other latency bounds and calibration of a frozen objective <-> JSON.

// What a status holds at most. Cohorts are of all objectives of a policy together, and bounded
// when the policy is read; bounds are of one objective. What is beyond is not stored.
inline constexpr std::size_t kMaxCohorts = 200;
inline constexpr std::size_t kMaxBounds = 64;
inline constexpr std::size_t kLongestCohort = 128;  // bytes of a label's value

std::string_view ToText(core::Shift value);
std::string_view ToText(core::Calibration::AaTest value);

// The value of a label, control characters and all, cut at its limit and made valid UTF-8.
nlohmann::json CohortToJson(const std::string& value);
std::vector<std::string> ReadCohortValues(ObjectReader& reader, std::string_view field);

// Adds and reads "cohorts", "bounds", "shift" and "calibration". Each is absent when there is
// nothing to say: a status written without them reads as having none.
void PutSlices(nlohmann::json& object, const core::FrozenObjective& objective);
void ReadSlices(ObjectReader& object, core::FrozenObjective& objective);

// Parameters frozen for a rollout <-> JSON.

nlohmann::json FrozenToJson(const core::FrozenParameters& frozen);
core::FrozenParameters ReadFrozen(ObjectReader reader);

// An instant under the name; the epoch when it is absent.
core::TimePoint ReadInstant(ObjectReader& reader, std::string_view field);

}  // namespace slogate::spec
