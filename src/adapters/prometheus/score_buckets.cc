#include "adapters/prometheus/score_buckets.h"

#include <algorithm>

namespace slogate::adapters::prometheus {
namespace {

double WorstSquare(double lowest_score) {
  const double badness = 1 - std::clamp(lowest_score, 0.0, 1.0);
  return badness * badness;
}

}  // namespace

double WorstSquares(const std::vector<ScoreBucket>& buckets, double total) {
  double squares = 0;
  double below = 0;
  double lowest = 0;
  for (const ScoreBucket& bucket : buckets) {
    squares += std::max(0.0, bucket.count - below) * WorstSquare(lowest);
    below = bucket.count;
    lowest = bucket.bound;
  }
  return squares + std::max(0.0, total - below) * WorstSquare(lowest);
}

}  // namespace slogate::adapters::prometheus
