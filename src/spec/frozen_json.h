// Parameters frozen for a rollout <-> JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "slogate/core/rollout_state.h"
#include "spec/object_reader.h"

namespace slogate::spec {

nlohmann::json FrozenToJson(const core::FrozenParameters& frozen);
core::FrozenParameters ReadFrozen(ObjectReader reader);

// An instant under the name; the epoch when it is absent.
core::TimePoint ReadInstant(ObjectReader& reader, std::string_view field);

}  // namespace slogate::spec
