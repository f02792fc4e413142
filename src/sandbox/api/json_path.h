// The part of JSONPath that printer columns use.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace slogate::sandbox {

// The values at a path such as ".status.conditions[?(@.type==\"Ready\")].status", ".a[0]",
// ".a[*].b" or ".metadata.labels.app\.kubernetes\.io/name". Empty when there are none, or for a
// path that is not of this form.
std::vector<nlohmann::json> ValuesAt(const nlohmann::json& object, const std::string& path);

}  // namespace slogate::sandbox
