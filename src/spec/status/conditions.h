// The conditions of a policy's status.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "slogate/core/rollout_state.h"

namespace slogate::spec {

// Longest message kept in a status, in bytes.
inline constexpr std::size_t kLongestMessage = 1024;

// Ready, Progressing, Paused, Promoted, RolledBack, EvidenceAvailable and AATest, in this order.
// A condition whose status is that of `previous_status` keeps its lastTransitionTime.
nlohmann::json ConditionsToJson(const core::RolloutState& state, std::int64_t generation,
                                const nlohmann::json& previous_status, core::TimePoint now);

}  // namespace slogate::spec
