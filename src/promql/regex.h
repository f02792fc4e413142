// Regular expressions of matchers: the syntax of RE2, as Prometheus reads it. Pure; patterns and
// values are untrusted, and cost time in proportion to their length.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slogate::promql {

// Why Prometheus would refuse the pattern; std::nullopt: it is sound.
std::optional<std::string> PatternProblem(std::string_view pattern);

// Whether the whole value matches; std::nullopt: the pattern is not sound.
std::optional<bool> MatchesPattern(std::string_view pattern, std::string_view value);

}  // namespace slogate::promql
