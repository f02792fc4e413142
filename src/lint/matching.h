// Whether a label's value satisfies a matcher, as Prometheus means it.
#pragma once

#include <optional>
#include <string>

#include "slogate/core/policy.h"

namespace slogate::lint {

// std::nullopt: a pattern that cannot be tried here. Patterns match whole values.
std::optional<bool> Matches(const core::LabelMatcher& matcher, const std::string& value);

}  // namespace slogate::lint
