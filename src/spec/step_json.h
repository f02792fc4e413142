// Steps, which look the same in a policy's spec and in its status.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "slogate/core/policy.h"
#include "spec/object_reader.h"

namespace slogate::spec {

// One step; `fallback` gives what is absent.
core::Step ReadStep(ObjectReader& item, const core::Step& fallback);
nlohmann::json StepToJson(const core::Step& step);

}  // namespace slogate::spec
