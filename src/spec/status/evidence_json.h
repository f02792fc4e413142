// Counts <-> JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "slogate/core/counts.h"
#include "slogate/core/rollout_state.h"
#include "spec/text/object_reader.h"

namespace slogate::spec {

// {"total", "bad"}, and "squares" where they are known.
nlohmann::json CountsToJson(const core::Counts& counts);
core::Counts ReadCounts(ObjectReader reader);

// Checkpoints of evidence <-> JSON, exact to the last bit.

// What a comparator never gives is made storable on the side of caution: anything that is not
// above 0 as no capital, and what is above 1e300 as that. One objective takes about 2 kB, each of
// its cohorts about 350 bytes more (50: 18 kB) and each bound 350.
nlohmann::json CheckpointToJson(const core::Checkpoint& checkpoint);
// Reads logarithms as well, which earlier versions stored.
core::Checkpoint ReadCheckpoint(ObjectReader reader);

}  // namespace slogate::spec
