#include "adapters/prometheus/evidence/sample_store.h"

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

bool HasLate(const SeriesMap& series, const Reply& reply, core::TimePoint from,
             core::TimePoint counted_until) {
  return std::any_of(reply.series.begin(), reply.series.end(), [&](const auto& read) {
    const auto kept = series.find(read.first);
    if (kept == series.end()) return false;
    for (auto it = FirstFrom(read.second, from); it != read.second.end() && it->at <= counted_until;
         ++it) {
      if (SampleAt(kept->second, it->at) == nullptr) return true;
    }
    return false;
  });
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
