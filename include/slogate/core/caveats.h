// What a comparison does not know, or knows by assumption: said before the first weight.
// Pure; callable from any thread.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/rollout_state.h"

namespace slogate::core {

// What the enforced objectives' history did not show, and how they are compared because of what it
// did, a sentence each: "availability, latency: series do not tell pods apart, ...". Not what
// dispersion costs, nor incidents and slow steps, which have words of their own. Empty of an
// objective whose dispersion is assumed: there was no history to speak of.
std::vector<std::string> Caveats(const FrozenParameters& frozen);

}  // namespace slogate::core
