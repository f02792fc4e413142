// Checkpoints of evidence <-> JSON, exact to the last bit.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "slogate/core/rollout_state.h"
#include "spec/object_reader.h"

namespace slogate::spec {

// What a comparator never gives is made storable on the side of caution: anything that is not
// above 0 as no capital, and what is above 1e300 as that. One objective takes about 2 kB, each of
// its cohorts about 350 bytes more (50: 18 kB) and each bound 350.
nlohmann::json CheckpointToJson(const core::Checkpoint& checkpoint);
// Reads logarithms as well, which earlier versions stored.
core::Checkpoint ReadCheckpoint(ObjectReader reader);

}  // namespace slogate::spec
