// Structural schemas: what a custom object may hold.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sandbox/api/refusal.h"

namespace slogate::sandbox {

// Drops what the schema does not know, as the real server does without a word. apiVersion, kind and
// metadata of the object itself stay.
void Prune(const nlohmann::json& schema, nlohmann::json& object);

// Fills in the schema's defaults.
void ApplyDefaults(const nlohmann::json& schema, nlohmann::json& object);

// Every mistake. Knows type, nullable, required, enum, minimum, maximum, minLength, maxLength,
// pattern, minItems, maxItems, minProperties, maxProperties, additionalProperties, allOf, anyOf,
// oneOf, not and x-kubernetes-int-or-string.
std::vector<FieldMistake> Mistakes(const nlohmann::json& schema, const nlohmann::json& object);

}  // namespace slogate::sandbox
