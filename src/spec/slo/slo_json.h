// ServiceLevelObjective objects as JSON, as the API server has them. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include "slogate/core/slo.h"
#include "slogate/ports/result.h"

namespace slogate::spec {

// kInvalidArgument with the first mistakes when the object is unsound.
ports::Result<core::ServiceLevelObjective> SloFromJson(const nlohmann::json& slo_object);

// The whole object, fields in the order people write them; reading it gives an equal value. What is
// as it would be without a word is left out.
nlohmann::ordered_json SloToJson(const core::ServiceLevelObjective& slo);

}  // namespace slogate::spec
