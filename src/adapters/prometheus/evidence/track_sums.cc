#include "adapters/prometheus/evidence/block_assembly.h"
#include "adapters/prometheus/evidence/bucket_bounds.h"

namespace slogate::adapters::prometheus {
namespace {

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

}  // namespace slogate::adapters::prometheus
