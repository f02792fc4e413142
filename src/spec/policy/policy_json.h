// Policies as the cluster stores them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/ports/result.h"
#include "spec/slo/slo_import.h"
#include "spec/text/mistake.h"

namespace slogate::spec {

// The policy in a RolloutPolicy object. kInvalidArgument when it is unsound: the message names the
// first mistakes, each with its field and the fix. Defaults are filled in, so that an object the
// API server has not defaulted gives the same policy. Never throws; pure; any thread.
// `find_slo`: as ReadPolicy has it.
ports::Result<core::Policy> PolicyFromJson(const nlohmann::json& policy_object,
                                           const SloLookup& find_slo = {});

// The first mistakes in one line, for a status or a log.
std::string MessageOf(const std::vector<Mistake>& mistakes);

}  // namespace slogate::spec
