// Bounds of classic histograms' buckets, as the label `le` spells them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slogate::spec {

// A regular expression for the usual spellings of a bucket bound: 0.3, 0.30, 3e-01.
std::string RegexOfBound(double bound);

// The number that a `le` label means; +Inf is one.
std::optional<double> BoundOf(std::string_view label);

// Whether a `le` label means exactly `bound`.
bool IsBound(std::string_view label, double bound);

}  // namespace slogate::spec
