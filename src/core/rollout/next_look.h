// When to look again if nothing wakes the policy before.
#pragma once

#include "core/rollout/look.h"

namespace slogate::core {

// After the phase had its say. `before`: the state that the look began with.
Duration NextLook(const Look& look, const RolloutState& before);

}  // namespace slogate::core
