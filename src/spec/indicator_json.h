// Indicators, which look the same in a policy's spec and in its status.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "slogate/core/policy.h"
#include "spec/object_reader.h"

namespace slogate::spec {

// The indicator in `owner`.indicator; std::nullopt when it is missing or unsound, as reported.
std::optional<core::Indicator> ReadIndicator(ObjectReader& owner);
nlohmann::json IndicatorToJson(const core::Indicator& indicator);

}  // namespace slogate::spec
