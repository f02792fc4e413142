// Reads JSON that came over the network: absent and mistyped fields give a neutral value.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace slogate::adapters::kubernetes {

using FieldPath = std::initializer_list<std::string_view>;

// The value at the end of `path` through nested objects; a null value when any part is absent.
const nlohmann::json& Field(const nlohmann::json& object, FieldPath path);

// The same as text; empty when absent or not a string.
std::string TextField(const nlohmann::json& object, FieldPath path);

// The same as a whole number; `fallback` when absent, not a number, or not whole.
std::int64_t NumberField(const nlohmann::json& object, FieldPath path, std::int64_t fallback = 0);

// The same as a flag; false when absent or not a boolean.
bool FlagField(const nlohmann::json& object, FieldPath path);

// The condition `type` of a list of conditions; a null value when absent.
const nlohmann::json& Condition(const nlohmann::json& conditions, std::string_view type);

}  // namespace slogate::adapters::kubernetes
