// The parts of a scenario's text, one reader each. Mistakes go to the reader that is passed in;
// what is returned is only meaningful when there were none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/scenario.h"
#include "spec/text/mistake.h"
#include "spec/text/object_reader.h"

namespace slogate::simulation {

Traffic ReadTraffic(spec::ObjectReader& scenario);
std::optional<Fault> ReadFault(spec::ObjectReader& scenario);
// Absent objectives: one, of the fields that `scenario` itself has.
std::vector<ObjectiveScenario> ReadSimulatedObjectives(spec::ObjectReader& scenario);

// Scenarios as people write them: YAML text, with every mistake found named by line and field.

// `scenario` is present exactly when `mistakes` is empty.
struct ParsedScenario {
  std::optional<Scenario> scenario;
  std::vector<spec::Mistake> mistakes;
};

// Untrusted text; no exception leaves. `file` is repeated in the mistakes and names a scenario
// without a name. Pure; callable from any thread.
ParsedScenario ParseScenario(std::string_view text, const std::string& file);

}  // namespace slogate::simulation
