// The rules that people can name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/rule.h"

namespace slogate::simulation {

// "gate", "threshold", "strikes", "z-test" and "mann-whitney".
std::vector<std::string> RuleNames();

// One of these names; "threshold:3" and "strikes:3" say how many failures it takes. Absent: it is
// neither.
std::optional<RuleKind> RuleNamed(std::string_view name);

}  // namespace slogate::simulation
