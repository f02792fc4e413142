// The parts of a scenario's text, one reader each. Mistakes go to the reader that is passed in;
// what is returned is only meaningful when there were none.
#pragma once

#include <optional>
#include <vector>

#include "simulation/scenario.h"
#include "spec/object_reader.h"

namespace slogate::simulation {

Traffic ReadTraffic(spec::ObjectReader& scenario);
std::optional<Fault> ReadFault(spec::ObjectReader& scenario);
// Absent objectives: one, of the fields that `scenario` itself has.
std::vector<ObjectiveScenario> ReadSimulatedObjectives(spec::ObjectReader& scenario);

}  // namespace slogate::simulation
