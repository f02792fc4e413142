// PromQL selectors <-> core values.
//
// Only plain instant-vector selectors: a metric name and label matchers, quoted names of Prometheus
// 3 included. Functions, ranges, offsets and operators are refused with a fix. Pure; callable from
// any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promql/grammar/matchers_reader.h"
#include "promql/grammar/syntax_tree.h"
#include "promql/grammar/tokens.h"
#include "slogate/core/policy.h"
#include "slogate/ports/result.h"

namespace slogate::promql {

// metric{label="value",other=~"re"} or {"metric.name","label.name"="value"}: one metric, at most 32
// matchers, values of UTF-8.
tl::expected<core::Selector, Problem> ParseSelector(std::string_view text,
                                                    Patterns patterns = Patterns::kCheck);

// The selector of a node that is a plain one, by the same rules.
tl::expected<core::Selector, Problem> SelectorOf(const Node& node);

// label="value",other=~"re", with or without braces; at least one matcher and no metric.
tl::expected<std::vector<core::LabelMatcher>, Problem> ParseMatchers(
    std::string_view text, Patterns patterns = Patterns::kCheck);

// [a-zA-Z_][a-zA-Z0-9_]*, what every Prometheus knows.
bool IsLabelName(std::string_view text);

// What Prometheus 3 knows in quotes besides: any UTF-8 but the empty text.
bool IsQuotedLabelName(std::string_view text);

// Whether a label's value satisfies a matcher, as Prometheus means it: patterns match whole values.
// std::nullopt: a pattern that Prometheus would refuse.
std::optional<bool> Matches(const core::LabelMatcher& matcher, const std::string& value);

}  // namespace slogate::promql
