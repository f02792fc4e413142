#include "lint/matching.h"

#include <regex>

namespace slogate::lint {
namespace {

// std::regex recurses with the length of what it matches.
constexpr std::size_t kLongestTried = 200;

std::optional<bool> MatchesPattern(const std::string& pattern, const std::string& value) {
  if (pattern.size() > kLongestTried || value.size() > kLongestTried) return std::nullopt;
  // Plain words need no engine, and are most of what people write.
  if (pattern.find_first_of("\\^$.[]()*+?{}|") == std::string::npos) return pattern == value;
  // Nested repetition is where backtracking explodes.
  if (pattern.find_first_of("({") != std::string::npos &&
      pattern.find_first_of("*+{") != std::string::npos) {
    return std::nullopt;
  }
  try {
    return std::regex_match(value, std::regex(pattern, std::regex::ECMAScript));
  } catch (const std::regex_error&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<bool> Matches(const core::LabelMatcher& matcher, const std::string& value) {
  switch (matcher.op) {
    case core::LabelMatcher::Op::kEqual:
      return matcher.value == value;
    case core::LabelMatcher::Op::kNotEqual:
      return matcher.value != value;
    case core::LabelMatcher::Op::kMatch:
      return MatchesPattern(matcher.value, value);
    case core::LabelMatcher::Op::kNotMatch: {
      const std::optional<bool> matched = MatchesPattern(matcher.value, value);
      if (!matched) return std::nullopt;
      return !*matched;
    }
  }
  return std::nullopt;
}

}  // namespace slogate::lint
