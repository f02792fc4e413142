// Counts, and checkpoints of evidence <-> JSON, exact to the last bit.
#pragma once

#include "slogate/core/counts.h"
#include "slogate/core/rollout_state.h"
#include "spec/status/fields.h"

namespace slogate::spec {

void Fields(FieldWriter& io, const core::Counts& counts);
void Fields(FieldReader& io, core::Counts& counts);

// What a comparator never gives is made storable on the side of caution: anything that is not
// above 0 as no capital, and what is above 1e300 as that. One objective takes about 2 kB, each of
// its cohorts about 350 bytes more (50: 18 kB) and each bound 350.
void Fields(FieldWriter& io, const core::Checkpoint& checkpoint);
// Reads logarithms as well, which earlier versions stored.
void Fields(FieldReader& io, core::Checkpoint& checkpoint);

}  // namespace slogate::spec
