// Checkpoints of evidence <-> JSON, exact to the last bit.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "slogate/core/rollout_state.h"
#include "spec/object_reader.h"

namespace slogate::spec {

// Minus infinity is null. What a comparator never gives is made storable on the side of caution:
// NaN as minus infinity (no evidence), plus infinity as the largest number.
nlohmann::json CheckpointToJson(const core::Checkpoint& checkpoint);
core::Checkpoint ReadCheckpoint(ObjectReader reader);

}  // namespace slogate::spec
