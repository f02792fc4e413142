// The series that an indicator counts, and how their label `le` spells bounds of buckets. Pure.
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

// What the second counter counts, and what it means when there is none beside a total.
enum class PartMeaning {
  kBad,        // bad events; none: 0
  kGood,       // good events; none: 0
  kGoodKnown,  // good events; none: nothing is known, as without the bucket of the threshold
};

struct CountedSeries {
  core::Selector total;
  core::Selector part;
  PartMeaning meaning = PartMeaning::kBad;
};

// The counters of all events and of a part of them, bounds of counters and histograms in every
// spelling; std::nullopt where they are known to Prometheus alone, as within PromQL.
std::optional<CountedSeries> CountedSeriesOf(const core::Indicator& indicator);

}  // namespace slogate::promql
