// Bounds of classic histograms' buckets, as the label `le` spells them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "slogate/core/policy.h"

namespace slogate::promql {

// A regular expression for the usual spellings of a bucket bound: 0.3, 0.30, 3e-01.
std::string RegexOfBound(double bound);

// `selector` with le="1" as a regular expression for every spelling of 1: Prometheus 3 writes 1.0
// for it, older ones what the service says. A fraction such as 0.3 is spelled alike by all.
core::Selector AnySpelling(core::Selector selector);

// The number that a `le` label means; +Inf is one.
std::optional<double> BoundOf(std::string_view label);

// Whether a `le` label means exactly `bound`.
bool IsBound(std::string_view label, double bound);

}  // namespace slogate::promql
