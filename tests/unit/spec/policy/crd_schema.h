// The schema in crds/, for checking that code and schema agree.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace slogate::spec {

// A whole CustomResourceDefinition, and the schema of a RolloutPolicy or of a
// ServiceLevelObjective.
nlohmann::json ReadCrd(const std::string& plural = "rolloutpolicies");
nlohmann::json PolicySchema();
nlohmann::json SloSchema();

// Called with a field's schema, a JSON pointer to where it stands in an object (first item of every
// list) and its name in mistakes.
using Visit = std::function<void(const nlohmann::json& schema, const std::string& pointer,
                                 const std::string& path)>;

// Visits every field of a schema.
void WalkSchema(const nlohmann::json& schema, const std::string& pointer, const std::string& path,
                const Visit& visit);

// What the API server would object to: unknown fields (it prunes them), types, null, enumerations,
// bounds, lengths, required fields and duplicate keys of lists. Empty when it would store `value`.
std::vector<std::string> SchemaProblems(const nlohmann::json& schema, const nlohmann::json& value,
                                        const std::string& path);

// Fills in defaults as the API server does.
void ApplyDefaults(const nlohmann::json& schema, nlohmann::json& value);

}  // namespace slogate::spec
