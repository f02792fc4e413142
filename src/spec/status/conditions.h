// The conditions of a policy's status: what tools wait for. Pure; any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "slogate/core/rollout_state.h"

namespace slogate::spec {

// Ready, Progressing, Paused, Promoted, RolledBack, EvidenceAvailable, AATest, Trust, BudgetHealthy
// and CanaryCovered, in this order.
// A condition whose status is that of `previous_status` keeps its lastTransitionTime.
nlohmann::json ConditionsToJson(const core::RolloutState& state, std::int64_t generation,
                                const nlohmann::json& previous_status, core::TimePoint now);

// What the condition CanaryCovered of a stored status says, which is kept nowhere else.
std::optional<core::CoverageStatus> CoverageOf(const nlohmann::json& status);

}  // namespace slogate::spec
