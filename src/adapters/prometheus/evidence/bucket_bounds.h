// Which bucket bounds a histogram has.
#pragma once

#include <string>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "slogate/core/policy.h"

namespace slogate::adapters::prometheus {

struct BucketBounds {
  std::vector<std::string> labels;  // every `le` there is, as Prometheus has it
  std::vector<double> finite;       // those that every series of the histogram has, ascending

  bool empty() const { return labels.empty(); }
};

// One instant query, for the track's series alive at `at`. Empty: there are none.
Answered<BucketBounds> ReadBucketBounds(QueryApi& api, const core::Selector& histogram,
                                        const std::vector<core::LabelMatcher>& track,
                                        core::TimePoint at);

// Pure. The finite bounds that both have; of one that has no series, those of the other.
std::vector<double> CommonBounds(const BucketBounds& one, const BucketBounds& other);

// What a histogram of scores tells of their spread.

// Events with a score of at most `bound`.
struct ScoreBucket {
  double bound = 0;
  double count = 0;
};

// Pure. The largest sum of squared badness (1 - score)^2 that `total` events with scores in [0, 1]
// can have when they fall into `buckets`, given in ascending order of bound: every event counts the
// square at the lower end of its bucket.
double WorstSquares(const std::vector<ScoreBucket>& buckets, double total);

}  // namespace slogate::adapters::prometheus
