// Do the parts of a stored state belong together?
#pragma once

#include "slogate/core/rollout_state.h"
#include "spec/text/object_reader.h"

namespace slogate::spec {

// Reports each part that is missing or contradicts another, of those that Decide and the readers of
// counts rely on. Each field was read and is within its own bounds. What Decide makes of a state
// that agrees, agrees.
void CheckAgreement(ObjectReader& status, const core::RolloutState& state);

}  // namespace slogate::spec
