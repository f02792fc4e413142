// What a histogram of scores tells of their spread.
#pragma once

#include <vector>

namespace slogate::adapters::prometheus {

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
