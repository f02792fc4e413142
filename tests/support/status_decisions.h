// What the controller does with a stored status: it reads it, decides, stores the next one, and
// reads that.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "slogate/core/rollout_state.h"

namespace slogate::tests {

// Decides on the state for a few policies, which need not be the one it was stored for, in several
// situations, a few times in a row. Empty, or the first status that cannot be read again: where it
// came from and why.
std::string ProblemOfDecidingOn(const core::RolloutState& state);

// The same for one of these policies: every number stands for one, in turn.
std::string ProblemOfDecidingOn(const core::RolloutState& state, std::size_t policy);

// The same for a status as stored. Empty for one that cannot be read, too.
std::string ProblemOfDecidingOn(const nlohmann::json& status);

}  // namespace slogate::tests
