// What gate simulate is asked to play: rules by name, scenarios from files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/adapters.h"
#include "app/cli/streams.h"
#include "simulation/rule.h"
#include "simulation/scenario.h"
#include "slogate/ports/result.h"

namespace slogate::app {

// "all" alone stands for every rule. kInvalidArgument: an unknown name, or one given twice.
ports::Result<std::vector<simulation::RuleKind>> FindRules(const std::vector<std::string>& names);

// The scenarios of all files, "-" being standard input, with this seed if any. Absent after a
// mistake: each is then told on streams.err.
std::optional<std::vector<simulation::Scenario>> ReadScenarios(
    const std::vector<std::string>& files, std::optional<std::uint64_t> seed,
    const Adapters& adapters, Streams streams);

}  // namespace slogate::app
