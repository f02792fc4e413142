#include "adapters/prometheus/sample_store.h"

#include <algorithm>
#include <iterator>

namespace slogate::adapters::prometheus {
namespace {

void DropBefore(SeriesMap& series, core::TimePoint horizon) {
  for (auto it = series.begin(); it != series.end();) {
    Samples& samples = it->second;
    samples.erase(samples.begin(), FirstFrom(samples, horizon));
    it = samples.empty() ? series.erase(it) : std::next(it);
  }
}

}  // namespace

void SampleStore::DropUnneeded(core::TimePoint begin) {
  for (SeriesMap& series : fetched) DropBefore(series, begin - kLongestGap);
  DropBefore(targets, begin - kLongestGap);
}

void Merge(SeriesMap& series, Reply reply, core::TimePoint from, core::TimePoint until) {
  const auto earlier = [](const Sample& a, const Sample& b) { return a.at < b.at; };
  for (auto& [labels, samples] : reply.series) {
    std::erase_if(samples,
                  [&](const Sample& sample) { return sample.at < from || sample.at > until; });
    if (samples.empty()) continue;
    Samples& kept = series[std::move(labels)];
    if (kept.empty() || kept.back().at < samples.front().at) {
      kept.insert(kept.end(), samples.begin(), samples.end());
      continue;
    }
    Samples merged;
    merged.reserve(kept.size() + samples.size());
    std::set_union(kept.begin(), kept.end(), samples.begin(), samples.end(),
                   std::back_inserter(merged), earlier);
    kept = std::move(merged);
  }
}

}  // namespace slogate::adapters::prometheus
