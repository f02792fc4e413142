// Policies as the cluster stores them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "slogate/core/policy.h"
#include "slogate/ports/result.h"

namespace slogate::spec {

// The policy in a RolloutPolicy object. kInvalidArgument when it is unsound: the message names the
// first mistakes, each with its field and the mend. Defaults are filled in, so that an object the
// API server has not defaulted gives the same policy. Never throws; pure; any thread.
ports::Result<core::Policy> PolicyFromJson(const nlohmann::json& policy_object);

}  // namespace slogate::spec
