// The parts of a scenario's text that say what happens to its traffic.
#pragma once

#include "simulation/scenario.h"
#include "spec/text/object_reader.h"

namespace slogate::simulation {

inline constexpr core::Duration kLongestScenario = std::chrono::hours(24 * 7);

// Mistakes go to the reader; what is read is only meaningful when there were none.
void ReadTraffic(spec::ObjectReader& reader, Traffic& traffic);
void ReadFault(spec::ObjectReader& reader, Fault& fault);
// What needs the whole: scrapes have the block's length.
void CheckTraffic(spec::ObjectReader& scenario_reader, const Scenario& scenario);

}  // namespace slogate::simulation
