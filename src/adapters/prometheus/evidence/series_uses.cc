#include "adapters/prometheus/evidence/series_uses.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "promql/counted_series.h"

namespace slogate::adapters::prometheus {
namespace {

template <typename T>
std::optional<std::size_t> IndexIn(const std::vector<T>& list, const T& wanted) {
  const auto found = std::find(list.begin(), list.end(), wanted);
  if (found == list.end()) return std::nullopt;
  return static_cast<std::size_t>(found - list.begin());
}

class Selection {
 public:
  Selection(const CountedObjective& objective, const SampleStore& store)
      : objective_(objective), store_(store) {}

  void Add(const SeriesFilter& filter, Role role) {
    for (const SeriesMap::value_type& series : store_.fetched[filter.fetch]) {
      if (!filter.Accepts(series.first)) continue;
      SeriesUse use;
      use.series = &series;
      use.role = role;
      if (role == Role::kBucket && !AddBound(use)) continue;
      if (objective_.part == PartKind::kScoreBuckets) use.histogram = HistogramOf(series.first);
      const core::Slices& slices = objective_.slices;
      if (!slices.cohort_label.empty()) {
        use.cohort = IndexIn(slices.cohorts, ValueOf(series.first, slices.cohort_label));
      }
      uses_.push_back(use);
    }
  }

  std::vector<SeriesUse> Take() {
    if (objective_.part == PartKind::kScoreBuckets) {
      std::stable_sort(uses_.begin(), uses_.end(), [](const SeriesUse& a, const SeriesUse& b) {
        return std::tie(a.histogram, a.role, a.bound) < std::tie(b.histogram, b.role, b.bound);
      });
    }
    return std::move(uses_);
  }

 private:
  bool AddBound(SeriesUse& use) const {
    const std::optional<double> bound = promql::BoundOf(ValueOf(use.series->first, "le"));
    if (!bound || !std::isfinite(*bound)) return false;
    use.bound = *bound;
    use.key = IndexIn(objective_.slices.bounds, *bound);
    return use.key || objective_.part == PartKind::kScoreBuckets;
  }

  std::size_t HistogramOf(Labels labels) {
    labels.erase("__name__");
    labels.erase("le");
    return histograms_.emplace(std::move(labels), histograms_.size()).first->second;
  }

  const CountedObjective& objective_;
  const SampleStore& store_;
  std::map<Labels, std::size_t> histograms_;
  std::vector<SeriesUse> uses_;
};

}  // namespace

std::vector<SeriesUse> UsesOf(const CountedObjective& objective, const CountedTrack& track,
                              const SampleStore& store) {
  Selection selection(objective, store);
  selection.Add(track.total, Role::kTotal);
  selection.Add(track.part, Role::kPart);
  if (track.squares) selection.Add(*track.squares, Role::kSquares);
  if (track.buckets) selection.Add(*track.buckets, Role::kBucket);
  return selection.Take();
}

}  // namespace slogate::adapters::prometheus
