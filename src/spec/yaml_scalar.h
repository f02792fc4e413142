// What a plain (unquoted) YAML scalar stands for.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace slogate::spec {

// A boolean, a number (.inf and .nan included) or, failing that, the text itself.
nlohmann::json PlainScalar(const std::string& text);

}  // namespace slogate::spec
