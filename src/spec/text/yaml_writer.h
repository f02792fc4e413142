// JSON values as the YAML that people write.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace slogate::spec {

// Block style, indented by two; texts are quoted only where they would otherwise mean something
// else. ReadYaml gives the same value. An object or a list of any depth; empty ones in one line.
std::string ToYamlText(const nlohmann::ordered_json& value);

}  // namespace slogate::spec
