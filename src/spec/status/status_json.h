// The state of a rollout as it is kept in the policy's status.
//
// What StatusToJson writes, StateFromStatusJson reads back exactly, doubles to the last bit, but
// for what is not kept: live evidence of the verdicts (it changes with every block and belongs in
// metrics), and texts beyond their limits. Never throws; pure; any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"
#include "slogate/ports/result.h"

namespace slogate::spec {

// Longest message kept in a status, in bytes.
inline constexpr std::size_t kLongestMessage = 1024;

// The whole status. `policy` may be null when the spec is unsound. `generation` is that of the
// object the state was decided on. Conditions keep the lastTransitionTime they have in
// `previous_status` unless they change now. Texts are cut at their limits and made valid UTF-8, so
// the result can always be stored and is below 512 kB. The verdicts' counts change with every block
// too: where nothing else is new the result is `previous_status`, counts and all.
nlohmann::json StatusToJson(const core::RolloutState& state, const core::Policy* policy,
                            std::int64_t generation, const nlohmann::json& previous_status,
                            core::TimePoint now);

// A fresh state for an absent (null) or empty status. Total: kMalformedResponse, with the field and
// what was found there, for everything that Decide cannot go on with, be it a field or fields that
// contradict each other. Fields this version does not know are ignored.
ports::Result<core::RolloutState> StateFromStatusJson(const nlohmann::json& status);

}  // namespace slogate::spec
