#include "adapters/prometheus/evidence/block_assembly.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "adapters/prometheus/evidence/bucket_bounds.h"
#include "promql/counted_series.h"
#include "promql/writer.h"

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

void Remark(const SeriesCount& count, const Labels& labels, Notes& notes) {
  const auto add = [&](const char* remark) { notes.Add(remark, Describe(labels)); };
  if (count.unknown_origin) {
    add("UnknownOrigin, what a series held when it was first seen is not counted");
  }
  if (count.not_monotone) {
    add("NotMonotone, a counter fell although its process did not restart");
  }
  if (count.start_unknown) {
    add("no process_start_time_seconds, a restart is only seen when a counter falls");
  }
}

// A number where events were wanted.
CountProblem ProblemOf(double value) {
  if (std::isnan(value)) return CountProblem::kNotANumber;
  if (std::isinf(value)) return CountProblem::kInfinite;
  return value < 0 ? CountProblem::kInconsistent : CountProblem::kNone;
}

void TakeEstimate(const Estimates& estimates, core::TimePoint at, double& sum, int& series,
                  CountProblem& problem) {
  const auto found = estimates.find(at);
  if (found == estimates.end()) return;
  series = 1;
  if (found->second.size() > 1) {
    KeepFirst(CountProblem::kSeveralSeries, problem);
    return;
  }
  sum = found->second.front();
  KeepFirst(ProblemOf(sum), problem);
}

// What was read is not what Prometheus' counters hold, or will not be for long.
bool Doubtful(CountProblem problem) {
  return problem == CountProblem::kNotANumber || problem == CountProblem::kInfinite ||
         problem == CountProblem::kInconsistent;
}

Values ValuesOf(PartKind part, Role role) {
  const bool summed = role == Role::kPart || role == Role::kSquares;
  return IsScores(part) && summed ? Values::kReal : Values::kWhole;
}

core::Counts Certain(const TrackCount& baseline, const Pairing& pairing) {
  return baseline.noted ? core::Counts{} : CombineSlice({}, baseline, pairing).baseline;
}

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

BlockAssembly::BlockAssembly(const FetchPlan& plan, const SampleStore& store,
                             const std::vector<Estimates>& estimates, Notes& notes)
    : plan_(plan), estimates_(estimates), notes_(notes), targets_(store.targets) {
  for (const ObjectiveFetch& objective : plan.objectives) {
    ObjectiveUses& uses = uses_.emplace_back();
    if (const auto* counted = std::get_if<CountedObjective>(&objective)) {
      uses.canary = UsesOf(*counted, counted->canary, store);
      uses.baseline = UsesOf(*counted, counted->baseline, store);
    }
  }
}

core::ObjectiveBlock BlockAssembly::Count(std::size_t objective, const BlockBounds& block) {
  if (const auto* estimated = std::get_if<EstimatedObjective>(&plan_.objectives[objective])) {
    return CountEstimated(*estimated, block.end);
  }
  const auto& counted = std::get<CountedObjective>(plan_.objectives[objective]);
  const core::Slices& slices = counted.slices;
  const TrackSums canary = SumUp(slices, CountUses(counted, uses_[objective].canary, block));
  const TrackSums baseline = SumUp(slices, CountUses(counted, uses_[objective].baseline, block));
  core::ObjectiveBlock result =
      Combine(canary.whole, baseline.whole, Pairing{counted.part, counted.title}, notes_);
  doubtful_ = doubtful_ || Doubtful(result.problem);
  AddCohorts(counted, canary, baseline, result);
  for (std::size_t i = 0; i < slices.bounds.size(); ++i) {
    result.bounds.push_back(
        CombineBound(canary.whole, canary.bounds[i], baseline.whole, baseline.bounds[i]));
  }
  return result;
}

BaselineBlock BlockAssembly::CountBaseline(std::size_t objective, const BlockBounds& block) {
  BaselineBlock result;
  if (const auto* estimated = std::get_if<EstimatedObjective>(&plan_.objectives[objective])) {
    const core::ObjectiveBlock both = CountEstimated(*estimated, block.end);
    result.counts = both.counts.baseline;
    return result;
  }
  const auto& objectives = std::get<CountedObjective>(plan_.objectives[objective]);
  const Pairing pairing{objectives.part, objectives.title};
  const auto counted = CountUses(objectives, uses_[objective].baseline, block);
  result.counts = Certain(SumUp({}, counted).whole, pairing);
  for (const auto& [pod, count] : SumUpBy({"pod", "instance"}, counted)) {
    result.pods.emplace(pod, Certain(count, pairing));
  }
  if (const std::string& label = objectives.slices.cohort_label; !label.empty()) {
    for (const auto& [value, count] : SumUpBy({label}, counted)) {
      result.cohorts.emplace(value, core::Counts{count.total, 0, 0});
    }
  }
  return result;
}

std::vector<CountedUse> BlockAssembly::CountUses(const CountedObjective& objective,
                                                 const std::vector<SeriesUse>& uses,
                                                 const BlockBounds& block) {
  std::vector<CountedUse> counted;
  counted.reserve(uses.size());
  for (const SeriesUse& use : uses) {
    const auto& [labels, samples] = *use.series;
    if (!AnyWithin(samples, block.begin + core::Duration(1), block.end)) continue;
    const TargetFacts target = targets_.For(labels, block.begin - kLongestGap, block.end);
    counted.push_back(
        {&use, CountSeries(samples, target, targets_, block, ValuesOf(objective.part, use.role))});
    const SeriesCount& count = counted.back().count;
    doubtful_ = doubtful_ || count.problem != CountProblem::kNone;
    Remark(count, labels, notes_);
  }
  if (objective.part != PartKind::kScoreBuckets) return counted;
  return WithSquares(counted, squares_);
}

void BlockAssembly::AddCohorts(const CountedObjective& objective, const TrackSums& canary,
                               const TrackSums& baseline, core::ObjectiveBlock& result) {
  const bool unreported = canary.cohorts_unreported || baseline.cohorts_unreported;
  if (unreported && !objective.slices.cohorts.empty()) {
    notes_.Add("cohorts are not counted: bad or good events do not carry the label " +
                   promql::Quote(objective.slices.cohort_label),
               objective.title);
  }
  const Pairing pairing{objective.part, objective.title};
  for (std::size_t i = 0; i < objective.slices.cohorts.size(); ++i) {
    const bool reported = !unreported || objective.slices.cohorts[i].empty();
    result.cohorts.push_back(reported
                                 ? CombineSlice(canary.cohorts[i], baseline.cohorts[i], pairing)
                                 : core::PairedCounts{});
  }
}

core::ObjectiveBlock BlockAssembly::CountEstimated(const EstimatedObjective& objective,
                                                   core::TimePoint at) {
  const Pairing pairing{objective.part_is_good ? PartKind::kGood : PartKind::kBad, "free PromQL"};
  return Combine(EstimateTrack(objective.canary, at), EstimateTrack(objective.baseline, at),
                 pairing, notes_);
}

TrackCount BlockAssembly::EstimateTrack(const EstimatedTrack& track, core::TimePoint at) const {
  TrackCount count;
  TakeEstimate(estimates_[track.total], at, count.total, count.total_series, count.problem);
  TakeEstimate(estimates_[track.part], at, count.part, count.part_series, count.problem);
  return count;
}

}  // namespace slogate::adapters::prometheus
