#include "adapters/prometheus/bucket_bounds.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "adapters/prometheus/promql.h"

namespace slogate::adapters::prometheus {

Answered<BucketBounds> ReadBucketBounds(QueryApi& api, const core::Selector& histogram,
                                        const std::vector<core::LabelMatcher>& arm,
                                        core::TimePoint at) {
  std::vector<core::LabelMatcher> matchers = histogram.matchers;
  matchers.insert(matchers.end(), arm.begin(), arm.end());
  const std::string selector = RenderSelector({histogram.metric + "_bucket"}, matchers);
  const auto reply = api.Instant("count by (le) (" + selector + ")", at);
  if (!reply) return tl::unexpected(reply.error());
  BucketBounds bounds;
  std::map<double, double> series;  // by bound: two spellings of one are the same
  double most = 0;
  for (const auto& [labels, samples] : reply->series) {
    const std::string& label = ValueOf(labels, "le");
    bounds.labels.push_back(label);
    const auto bound = BoundOf(label);
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

}  // namespace slogate::adapters::prometheus
