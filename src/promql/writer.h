// Text of PromQL: quoting, selectors, durations, placeholders. Pure; every value may be hostile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/core/time.h"

namespace slogate::promql {

// A double-quoted string that reads back as exactly `value`.
std::string Quote(std::string_view value);

// The name of a label, in quotes where Prometheus 3 needs them: code, "http.status".
std::string LabelText(std::string_view name);

// = != =~ !~
std::string_view OperatorText(core::LabelMatcher::Op op);

// What reads back as the same value: `code=~"5..",job="shop"`, without braces, empty for none; and
// `metric{job="shop"}` or, of a name that needs quotes, `{"http.requests",job="shop"}`.
std::string ToText(const std::vector<core::LabelMatcher>& matchers);
std::string ToText(const core::Selector& selector);

// `{__name__="a",job="shop"}`; several names become one regular expression.
std::string NamedSelector(const std::vector<std::string>& metrics,
                          const std::vector<core::LabelMatcher>& matchers);

// A regular expression (RE2) that matches exactly `text`, and one for any of `texts`.
std::string EscapeRegex(std::string_view text);
std::string RegexOfAny(const std::vector<std::string>& texts);

// "60s" or, when it is not whole seconds, "1500ms".
std::string DurationText(core::Duration duration);

// Seconds since the epoch with milliseconds, as the query API reads them.
std::string TimeText(core::TimePoint time);

// The query on one line: without comments, runs of white space outside strings as one space,
// {{.window}} without spaces or capitals.
std::string OneLine(std::string_view query);

// Fills {{.window}} in, once: what is filled in is not checked again.
std::string FillWindow(std::string_view text, std::string_view window);
// The same with {{.track}}. Without matchers that becomes one that every series meets, since text
// beside it may need a matcher.
std::string Fill(std::string_view text, std::string_view window,
                 const std::vector<core::LabelMatcher>& track);

}  // namespace slogate::promql
