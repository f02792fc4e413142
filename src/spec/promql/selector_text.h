// PromQL selector text <-> core values.
//
// Only plain instant-vector selectors: a metric name and label matchers. Functions, ranges,
// offsets and operators are refused with a fix. Pure; callable from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/ports/result.h"

namespace slogate::spec {

// Why a text was refused, and what to write instead.
struct SelectorProblem {
  std::string message;
  std::string fix;
};

// metric{label="value",other=~"re"}; braces are optional, a metric name is not.
tl::expected<core::Selector, SelectorProblem> ParseSelector(std::string_view text);

// label="value",other=~"re", with or without braces; at least one matcher.
tl::expected<std::vector<core::LabelMatcher>, SelectorProblem> ParseMatchers(std::string_view text);

// The reverse; parsing the result gives the same value.
std::string ToText(const core::Selector& selector);
std::string ToText(const std::vector<core::LabelMatcher>& matchers);

}  // namespace slogate::spec
