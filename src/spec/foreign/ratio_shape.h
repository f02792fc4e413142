// The shapes that queries of error ratios commonly have, recognised as indicators that can be
// counted exactly. Anything else is left as it is. Pure; the text is untrusted.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "slogate/core/policy.h"

namespace slogate::spec {

// The query on one line: without comments, runs of white space outside strings as one space,
// {{.window}} without spaces or capitals.
std::string OneLine(std::string_view query);

// The query without any white space outside strings: equal for queries that are written alike.
std::string Squeezed(std::string_view query);

// sum(rate(SELECTOR[{{.window}}])), or with increase, in any number of brackets.
std::optional<core::Selector> SummedCounter(std::string_view query);

// What two queries count: the bad events (or the good ones) and all events. A difference of total
// and good, a latency bucket beside its count, a part with "or vector(0)" are understood. Queries
// of other shapes give a PromqlIndicator. Both are as OneLine leaves them.
core::Indicator IndicatorOf(const std::string& total, const std::string& part, bool part_is_good);

}  // namespace slogate::spec
