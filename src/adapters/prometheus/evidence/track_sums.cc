#include "adapters/prometheus/evidence/track_sums.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <tuple>

#include "adapters/prometheus/evidence/bucket_bounds.h"
#include "promql/counted_series.h"

namespace slogate::adapters::prometheus {
namespace {

template <typename T>
std::optional<std::size_t> IndexIn(const std::vector<T>& list, const T& wanted) {
  const auto found = std::ranges::find(list, wanted);
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
      std::ranges::stable_sort(uses_, [](const SeriesUse& a, const SeriesUse& b) {
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

using core::CountProblem;

// Buckets are no part of an ArmCount but for the doubt that one of them casts.
void AddTo(TrackCount& track, const CountedUse& counted) {
  const SeriesCount& count = counted.count;
  track.noted = track.noted || count.unknown_origin || count.not_monotone;
  switch (counted.use->role) {
    case Role::kTotal:
      track.total += count.count;
      ++track.total_series;
      KeepFirst(count.problem, track.problem);
      return;
    case Role::kPart:
      track.part += count.count;
      ++track.part_series;
      KeepFirst(count.problem, track.problem);
      return;
    case Role::kSquares:
      track.squares += count.count;
      ++track.squares_series;
      track.squares_unsound = track.squares_unsound || count.problem != CountProblem::kNone;
      return;
    case Role::kBucket:
      return;
  }
}

void AddTo(BoundCount& bound, const SeriesCount& count) {
  bound.count += count.count;
  ++bound.series;
  bound.unsound = bound.unsound || count.problem != CountProblem::kNone;
}

const std::string& FirstValueOf(const std::vector<std::string>& names, const Labels& labels) {
  static const std::string none;
  for (const std::string& name : names) {
    if (const std::string& value = ValueOf(labels, name); !value.empty()) return value;
  }
  return none;
}

// One histogram of scores in one block.
class Histogram {
 public:
  void Add(const CountedUse& counted) {
    noted_ = noted_ || counted.count.unknown_origin || counted.count.not_monotone;
    if (counted.use->role == Role::kTotal) {
      total_ = &counted;
    } else if (counted.use->role == Role::kBucket) {
      if (counted.count.problem != CountProblem::kNone) problem_ = counted.count.problem;
      buckets_.push_back({counted.use->bound, counted.count.count});
    }
  }

  bool HasSquares() const { return total_ != nullptr && !buckets_.empty(); }

  CountedUse Squares(SeriesUse& use) const {
    use = *total_->use;
    use.role = Role::kSquares;
    CountedUse counted{&use, total_->count};
    counted.count.count = WorstSquares(buckets_, total_->count.count);
    counted.count.not_monotone = noted_;
    counted.count.problem = problem_;
    return counted;
  }

 private:
  const CountedUse* total_ = nullptr;
  std::vector<ScoreBucket> buckets_;
  bool noted_ = false;
  CountProblem problem_ = CountProblem::kNone;
};

}  // namespace

Values ValuesOf(PartKind part, Role role) {
  const bool summed = role == Role::kPart || role == Role::kSquares;
  return IsScores(part) && summed ? Values::kReal : Values::kWhole;
}

std::vector<SeriesUse> UsesOf(const CountedObjective& objective, const CountedTrack& track,
                              const SampleStore& store) {
  Selection selection(objective, store);
  selection.Add(track.total, Role::kTotal);
  selection.Add(track.part, Role::kPart);
  if (track.squares) selection.Add(*track.squares, Role::kSquares);
  if (track.buckets) selection.Add(*track.buckets, Role::kBucket);
  return selection.Take();
}

TrackSums SumUp(const core::Slices& slices, const std::vector<CountedUse>& counted) {
  TrackSums sums;
  sums.cohorts.resize(slices.cohorts.size());
  sums.bounds.resize(slices.bounds.size());
  bool part_reported = false;
  bool part_unreported = false;
  for (const CountedUse& one : counted) {
    const SeriesUse& use = *one.use;
    AddTo(sums.whole, one);
    if (use.cohort) AddTo(sums.cohorts[*use.cohort], one);
    if (use.key) AddTo(sums.bounds[*use.key], one.count);
    if (use.role != Role::kPart || slices.cohort_label.empty()) continue;
    (ValueOf(use.series->first, slices.cohort_label).empty() ? part_unreported : part_reported) =
        true;
  }
  sums.cohorts_unreported = part_unreported && !part_reported;
  return sums;
}

std::map<std::string_view, TrackCount> SumUpBy(const std::vector<std::string>& labels,
                                               const std::vector<CountedUse>& counted) {
  std::map<std::string_view, TrackCount> sums;
  for (const CountedUse& one : counted) {
    AddTo(sums[FirstValueOf(labels, one.use->series->first)], one);
  }
  return sums;
}

std::vector<CountedUse> OfScrape(const std::vector<CountedUse>& counted, std::size_t scrape) {
  std::vector<CountedUse> parts;
  parts.reserve(counted.size());
  for (const CountedUse& whole : counted) {
    CountedUse& part = parts.emplace_back();
    part.use = whole.use;
    part.count.count = whole.count.by_scrape[scrape];
    part.count.unknown_origin = whole.count.unknown_origin;
    part.count.not_monotone = whole.count.not_monotone;
    part.count.problem = whole.count.problem;
  }
  return parts;
}

std::vector<CountedUse> WithSquares(const std::vector<CountedUse>& counted,
                                    std::vector<SeriesUse>& squares) {
  squares.clear();
  squares.reserve(counted.size());
  std::vector<CountedUse> result;
  for (std::size_t i = 0; i < counted.size();) {
    const std::size_t id = counted[i].use->histogram;
    Histogram histogram;
    for (; i < counted.size() && counted[i].use->histogram == id; ++i) {
      histogram.Add(counted[i]);
      if (counted[i].use->role != Role::kBucket) result.push_back(counted[i]);
    }
    if (histogram.HasSquares()) result.push_back(histogram.Squares(squares.emplace_back()));
  }
  return result;
}

namespace {

// The samples of a series in one block.
struct InBlock {
  core::TimePoint first{};
  core::TimePoint last{};
  std::ptrdiff_t samples = 0;
};

InBlock SamplesIn(const Samples& samples, const BlockBounds& block) {
  const auto begin = FirstFrom(samples, block.begin + core::Duration(1));
  const auto end = FirstFrom(samples, block.end + core::Duration(1));
  return begin == end ? InBlock() : InBlock{begin->at, std::prev(end)->at, end - begin};
}

bool Meet(const InBlock& one, const InBlock& other) {
  return one.first <= other.last && other.first <= one.last;
}

}  // namespace

void DropDoubles(const SameTargets& same, const BlockBounds& block,
                 std::vector<CountedUse>& counted, Notes& notes) {
  if (same.none()) return;
  using Key = std::tuple<const SameTargets::Group*, Role, Labels>;
  std::map<Key, std::vector<std::size_t>> kept;
  std::set<std::size_t> dropped;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    const SeriesUse& use = *counted[i].use;
    const SameTargets::Group* const group = same.GroupOf(counted[i].target);
    if (group == nullptr) continue;
    const InBlock span = SamplesIn(use.series->second, block);
    std::vector<std::size_t>& others =
        kept[{group, use.role, OwnLabels(use.series->first, *group)}];
    const auto twin = std::ranges::find_if(others, [&](std::size_t other) {
      return Meet(span, SamplesIn(counted[other].use->series->second, block));
    });
    if (twin == others.end()) {
      others.push_back(i);
      continue;
    }
    const bool more = span.samples > SamplesIn(counted[*twin].use->series->second, block).samples;
    dropped.insert(more ? *twin : i);
    if (more) *twin = i;
    notes.Add("scraped twice, and counted once", group->text);
  }
  std::vector<CountedUse> rest;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    if (!dropped.contains(i)) rest.push_back(counted[i]);
  }
  counted = std::move(rest);
}

}  // namespace slogate::adapters::prometheus
