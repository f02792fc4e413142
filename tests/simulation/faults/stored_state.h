// What a cluster makes of a state that is stored as a status and read again, without the text: most
// of the time of a simulated rollout would go into that.
#pragma once

#include <cstddef>
#include <string>

#include "slogate/core/rollout_state.h"
#include "slogate/ports/cluster.h"

namespace slogate::faults {

// What is read of the status of this state, which is one that a controller stores: texts and
// numbers are within the bounds that a status has. `routes`: how many the policy has.
core::RolloutState AsRead(core::RolloutState state, std::size_t routes);

// True: the status of the one is that of the other. Both are as read.
bool SaysTheSame(const core::RolloutState& a, const core::RolloutState& b);

// What is read when the text is written and parsed.
ports::Result<core::RolloutState> ReadFromText(const ports::PolicyRecord& record,
                                               const core::RolloutState& state);

// Whether the status of `state`, stored over that of `record`, is the same text.
bool TextSaysTheSame(const ports::PolicyRecord& record, const core::RolloutState& state);

// How the text contradicts what is above when `state` is stored over that of `record`; empty: it
// does not.
std::string Contradiction(const ports::PolicyRecord& record, const core::RolloutState& state);

}  // namespace slogate::faults
