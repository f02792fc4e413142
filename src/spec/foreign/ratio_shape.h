// The shapes that queries of error ratios commonly have, recognised as indicators that can be
// counted exactly. Anything else is left as it is. Pure; the text is untrusted.
#pragma once

#include <string>
#include <string_view>

#include "slogate/core/policy.h"

namespace slogate::spec {

// Whether the queries differ in white space and comments at most.
bool ReadAlike(std::string_view one, std::string_view other);

// What two queries count: the bad events (or the good ones) and all events. A difference of total
// and good, a latency bucket beside its count, a part with "or vector(0)" are understood. Queries
// of other shapes give a PromqlIndicator. Both are as promql::OneLine leaves them.
core::Indicator IndicatorOf(const std::string& total, const std::string& part, bool part_is_good);

}  // namespace slogate::spec
