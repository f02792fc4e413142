// The rules that people can name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/rule.h"

namespace slogate::simulation {

// "gate", its rivals "threshold", "strikes", "z-test" and "mann-whitney", and "ratio": the
// likelihood ratio alone, without what the gate adds to it.
std::vector<std::string> RuleNames();

// One of these names; "threshold:3" and "strikes:3" say how many failures it takes. Absent: it is
// neither.
std::optional<RuleKind> RuleNamed(std::string_view name);

}  // namespace slogate::simulation
