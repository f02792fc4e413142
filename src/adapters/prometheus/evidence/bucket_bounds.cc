#include "adapters/prometheus/evidence/bucket_bounds.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "promql/counted_series.h"
#include "promql/writer.h"

namespace slogate::adapters::prometheus {

Answered<BucketBounds> ReadBucketBounds(QueryApi& api, const core::Selector& histogram,
                                        const std::vector<core::LabelMatcher>& track,
                                        core::TimePoint at) {
  std::vector<core::LabelMatcher> matchers = histogram.matchers;
  matchers.insert(matchers.end(), track.begin(), track.end());
  const std::string selector = promql::NamedSelector({histogram.metric + "_bucket"}, matchers);
  const auto reply = api.Instant("count by (le) (" + selector + ")", at);
  if (!reply) return tl::unexpected(reply.error());
  BucketBounds bounds;
  std::map<double, double> series;  // by bound: two spellings of one are the same
  double most = 0;
  for (const auto& [labels, samples] : reply->series) {
    const std::string& label = ValueOf(labels, "le");
    bounds.labels.push_back(label);
    const auto bound = promql::BoundOf(label);
    if (!bound || samples.empty() || !std::isfinite(samples.back().value)) continue;
    most = std::max(most, series[*bound] += samples.back().value);
  }
  for (const auto& [bound, count] : series) {
    if (std::isfinite(bound) && count == most) bounds.finite.push_back(bound);
  }
  return bounds;
}

std::vector<double> CommonBounds(const BucketBounds& one, const BucketBounds& other) {
  if (one.empty()) return other.finite;
  if (other.empty()) return one.finite;
  std::vector<double> common;
  std::set_intersection(one.finite.begin(), one.finite.end(), other.finite.begin(),
                        other.finite.end(), std::back_inserter(common));
  return common;
}

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
