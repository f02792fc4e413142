// The part of every object that the server has a say in.
#pragma once

#include <nlohmann/json.hpp>

#include "sandbox/api/refusal.h"
#include "sandbox/api/target.h"
#include "slogate/core/time.h"

namespace slogate::sandbox {

// Checks kind, apiVersion, namespace and metadata of an object that was sent, and fills in what the
// path says. 400 for an object that belongs elsewhere.
Answered<void> Admit(const Target& target, nlohmann::json& object);

// Gives a new object its name, uid, time and generation.
Answered<void> BeginLife(const ResourceType& type, core::TimePoint now, nlohmann::json& object);

// Takes over from `before` what an update cannot change; counts the generation.
Answered<void> ContinueLife(const ResourceType& type, const nlohmann::json& before,
                            nlohmann::json& object);

bool IsDeleting(const nlohmann::json& object);
bool HasFinalizers(const nlohmann::json& object);

}  // namespace slogate::sandbox
