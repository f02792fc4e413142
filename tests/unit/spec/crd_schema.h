// The schema in crds/, for checking that code and schema agree.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace slogate::spec {

// The whole CustomResourceDefinition, and the schema of a RolloutPolicy in it.
nlohmann::json ReadCrd();
nlohmann::json PolicySchema();

// What the API server would object to: unknown fields (it prunes them), types, null, enumerations,
// bounds, lengths, required fields and duplicate keys of lists. Empty when it would store `value`.
std::vector<std::string> SchemaProblems(const nlohmann::json& schema, const nlohmann::json& value,
                                        const std::string& path);

// Fills in defaults as the API server does.
void ApplyDefaults(const nlohmann::json& schema, nlohmann::json& value);

}  // namespace slogate::spec
