// Which series are behind a reason, for people.
#pragma once

#include <string>
#include <vector>

#include "adapters/prometheus/evidence/fetch_plan.h"
#include "adapters/prometheus/evidence/pairing.h"
#include "adapters/prometheus/evidence/track_sums.h"
#include "slogate/core/observations.h"

namespace slogate::adapters::prometheus {

// The first series that held what no counter of events can hold, its value and what to use instead;
// else the first whose counter fell although its process did not restart; else empty.
std::string OddWords(const std::vector<CountedUse>& counted, PartKind part);

// What the block's problem, or what its counts lack, is about: empty where nothing is amiss. `odd`
// is OddWords of both tracks.
std::string WordsOf(const CountedObjective& objective, const TrackCount& canary,
                    const TrackCount& baseline, const core::ObjectiveBlock& block,
                    const std::string& odd);

}  // namespace slogate::adapters::prometheus
