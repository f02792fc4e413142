#include "adapters/prometheus/target_index.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace slogate::adapters::prometheus {
namespace {

bool Carries(const Labels& series, const Labels& target) {
  return std::all_of(target.begin(), target.end(), [&](const auto& label) {
    return label.first == "__name__" || ValueOf(series, label.first) == label.second;
  });
}

template <typename Groups>
const Samples* BestMatch(const Groups& groups, const Labels& series, core::TimePoint from,
                         core::TimePoint until) {
  const auto group = groups.find({ValueOf(series, "job"), ValueOf(series, "instance")});
  if (group == groups.end()) return nullptr;
  const Samples* carried = nullptr;
  std::size_t most_labels = 0;
  const Samples* any = nullptr;
  std::size_t alive = 0;
  for (const SeriesMap::value_type* candidate : group->second) {
    const auto& [labels, samples] = *candidate;
    if (!AnyWithin(samples, from, until)) continue;
    ++alive;
    any = &samples;
    if (labels.size() > most_labels && Carries(series, labels)) {
      most_labels = labels.size();
      carried = &samples;
    }
  }
  if (carried != nullptr) return carried;
  return alive == 1 ? any : nullptr;
}

}  // namespace

TargetIndex::TargetIndex(const SeriesMap& targets) {
  for (const SeriesMap::value_type& series : targets) {
    const auto& [labels, samples] = series;
    const auto key = std::pair(ValueOf(labels, "job"), ValueOf(labels, "instance"));
    if (ValueOf(labels, "__name__") == "up") {
      ups_[key].push_back(&series);
      continue;
    }
    starts_[key].push_back(&series);
    std::set<double> values;
    for (const Sample& sample : samples) {
      if (std::isfinite(sample.value)) values.insert(sample.value);
    }
    for (const double value : values) by_start_.emplace(value, &samples);
  }
}

TargetFacts TargetIndex::For(const Labels& series, core::TimePoint from,
                             core::TimePoint until) const {
  return {BestMatch(ups_, series, from, until), BestMatch(starts_, series, from, until)};
}

bool TargetIndex::HandedOver(double start, core::TimePoint at, core::TimePoint from,
                             core::TimePoint until) const {
  const auto [begin, end] = by_start_.equal_range(start);
  return std::any_of(begin, end, [&](const auto& entry) {
    bool before = false;
    for (auto it = FirstFrom(*entry.second, from); it != entry.second->end() && it->at <= until;
         ++it) {
      if (it->value != start) continue;
      if (it->at >= at) return false;
      before = true;
    }
    return before;
  });
}

}  // namespace slogate::adapters::prometheus
