// Scenarios as people write them: YAML text, with every mistake found named by line and field.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/scenario.h"
#include "spec/text/mistake.h"

namespace slogate::simulation {

// `scenario` is present exactly when `mistakes` is empty.
struct ParsedScenario {
  std::optional<Scenario> scenario;
  std::vector<spec::Mistake> mistakes;
};

// Untrusted text; no exception leaves. `file` is repeated in the mistakes and names a scenario
// without a name. Pure; callable from any thread.
ParsedScenario ParseScenario(std::string_view text, const std::string& file);

}  // namespace slogate::simulation
