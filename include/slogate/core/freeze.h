// Parameters fixed when a rollout starts, so that editing the policy never rewrites evidence.
// Pure; callable from any thread.
#pragma once

#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

// The tracks' matchers, with the revision label filled in from the pods running now.
std::vector<LabelMatcher> TrackMatchers(const Policy& policy, const WorkloadView& workload,
                                        Track track);

// `history` may be empty of blocks: the dispersion is then unmeasured, and said so.
FrozenParameters Freeze(const Policy& policy, const WorkloadView& workload,
                        const HistoryReading& history, TimePoint now);

// Evidence of a rollout that has none yet.
Checkpoint EmptyCheckpoint(const FrozenParameters& frozen);

// The first whole block after the weights were confirmed, the routes settled and one scrape passed.
std::int64_t FirstBlockAfter(const Policy& policy, const FrozenParameters& frozen, TimePoint now);

}  // namespace slogate::core
