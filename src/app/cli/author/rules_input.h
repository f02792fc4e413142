// The objectives that rules and dashboards are made of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/frame/adapters.h"
#include "app/cli/frame/command.h"
#include "slogate/core/slo.h"

namespace slogate::app {

// Every objective of the files, in order; policies are passed over. std::nullopt when something is
// wrong, after saying what on streams.err: a mistake, two objectives that would record the same
// series, or none at all. `program` is who says it, such as "gate rules".
std::optional<std::vector<core::ServiceLevelObjective>> ReadForRules(
    const std::vector<std::string>& wanted, const std::string& program, const Adapters& adapters,
    Streams streams);

}  // namespace slogate::app
