// The label names of a plan, which must be PromQL's before they are written into a query.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/decide.h"
#include "slogate/core/policy.h"
#include "slogate/core/time.h"
#include "spec/promql/bucket_bound.h"

namespace slogate::adapters::prometheus {

// Pure. The first label name in matchers or cohorts that PromQL does not have.
std::optional<std::string> FirstBadLabelName(const core::ReadingPlan& plan);

// Text of PromQL: quoting, selectors, durations, templates. Pure; every value may be hostile.

// A double-quoted PromQL string that reads back as exactly `text`.
std::string Quote(std::string_view text);

// A regular expression (RE2) that matches exactly `text`.
std::string EscapeRegex(std::string_view text);

// An alternation that matches exactly one of `texts`.
std::string RegexOfAny(const std::vector<std::string>& texts);

// [a-zA-Z_][a-zA-Z0-9_]*
bool IsLabelName(std::string_view name);

// `code=~"5..",job="shop"`: comma separated, without braces; empty for none.
std::string RenderMatchers(const std::vector<core::LabelMatcher>& matchers);

// `{__name__="a",job="shop"}`; several names become one regular expression.
std::string RenderSelector(const std::vector<std::string>& metrics,
                           const std::vector<core::LabelMatcher>& matchers);

// "60s" or, when it is not whole seconds, "1500ms".
std::string RenderDuration(core::Duration duration);

// Seconds since the epoch with milliseconds, as the query API reads them.
std::string RenderTime(core::TimePoint time);

using spec::BoundOf;
using spec::IsBound;
using spec::RegexOfBound;

// Fills {{.window}} and {{.track}} in, once: what is filled in is not checked again. Without
// matchers {{.track}} becomes one that every series meets, since text beside it may need a matcher.
std::string FillTemplate(std::string_view text, core::Duration window,
                         const std::vector<core::LabelMatcher>& track);

// At most 300 bytes of one line without control characters, for messages made of foreign text.
std::string Shorten(std::string_view text);

}  // namespace slogate::adapters::prometheus
