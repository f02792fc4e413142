// JSON values as the YAML that people write.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace slogate::spec {

// Block style, indented by two; texts are quoted only where they would otherwise mean something
// else. ReadYaml gives the same value. An object or a list of any depth; empty ones in one line.
std::string ToYamlText(const nlohmann::ordered_json& value);

// The same as kubectl writes it: a list is not indented below its name. `scalar` writes what has no
// parts, names too.
std::string ToYamlText(const nlohmann::ordered_json& value,
                       const std::function<std::string(const nlohmann::ordered_json&)>& scalar);

}  // namespace slogate::spec
