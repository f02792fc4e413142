// The scenarios that gate simulate is asked to play.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/frame/adapters.h"
#include "app/cli/frame/command.h"
#include "simulation/scenario.h"

namespace slogate::app {

// The scenarios of all files, "-" being standard input, with this seed if any. Absent after a
// mistake: each is then reported on streams.err.
std::optional<std::vector<simulation::Scenario>> ReadScenarios(
    const std::vector<std::string>& files, std::optional<std::uint64_t> seed,
    const Adapters& adapters, Streams streams);

}  // namespace slogate::app
