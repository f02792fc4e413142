// Which bucket bounds a histogram has.
#pragma once

#include <string>
#include <vector>

#include "adapters/prometheus/query_api.h"
#include "slogate/core/policy.h"

namespace slogate::adapters::prometheus {

struct BucketBounds {
  std::vector<std::string> labels;  // every `le` there is, as Prometheus has it
  std::vector<double> finite;       // those that every series of the histogram has, ascending

  bool empty() const { return labels.empty(); }
};

// One instant query, for the arm's series alive at `at`. Empty: there are none.
Answered<BucketBounds> ReadBucketBounds(QueryApi& api, const core::Selector& histogram,
                                        const std::vector<core::LabelMatcher>& arm,
                                        core::TimePoint at);

// Pure. The finite bounds that both have; of one that has no series, those of the other.
std::vector<double> CommonBounds(const BucketBounds& one, const BucketBounds& other);

}  // namespace slogate::adapters::prometheus
