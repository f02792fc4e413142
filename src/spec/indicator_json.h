// Indicators, which look the same in a policy's spec and in its status.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "slogate/core/policy.h"
#include "spec/object_reader.h"

namespace slogate::spec {

// Longest selector, in bytes: as people may write it, and as it may come back from a status, where
// another way of quoting can make it longer.
inline constexpr std::size_t kLongestSelector = 2048;
inline constexpr std::size_t kLongestStoredSelector = 8192;

// Where an indicator is read: in a policy its PromQL tells the arms apart, in an objective of its
// own there are none.
enum class IndicatorUse { kOfArms, kOfService };

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

}  // namespace slogate::spec
