// Indicators, which look the same in a policy's spec and in its status.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "slogate/core/policy.h"
#include "spec/object_reader.h"

namespace slogate::spec {

// Longest selector, in bytes: as people may write it, and as it may come back from a status, where
// another way of quoting can make it longer.
inline constexpr std::size_t kLongestSelector = 2048;
inline constexpr std::size_t kLongestStoredSelector = 8192;

// The indicator in `owner`.indicator; std::nullopt when it is missing or unsound, as reported.
std::optional<core::Indicator> ReadIndicator(ObjectReader& owner, std::size_t longest_selector);
nlohmann::json IndicatorToJson(const core::Indicator& indicator);

}  // namespace slogate::spec
