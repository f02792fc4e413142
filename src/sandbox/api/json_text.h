// JSON text from the network.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace slogate::sandbox {

// Whether a value is nested less deeply than what the recursive functions of this folder bear.
bool IsShallow(const nlohmann::json& value);

// A discarded value for text that is not JSON or is nested too deeply.
nlohmann::json ParseJson(const std::string& text);

// As text, with whatever is not UTF-8 replaced.
std::string JsonText(const nlohmann::json& value);

}  // namespace slogate::sandbox
