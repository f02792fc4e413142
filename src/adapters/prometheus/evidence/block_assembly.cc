#include "adapters/prometheus/evidence/block_assembly.h"

#include <algorithm>
#include <cmath>

#include "adapters/prometheus/evidence/series_words.h"
#include "promql/writer.h"

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

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

// Empty where a scrape alone has counts that cannot be: then the block is counted as a whole.
std::vector<core::PairedCounts> Paired(const std::vector<TrackCount>& canary,
                                       const std::vector<TrackCount>& baseline,
                                       const Pairing& pairing, const core::PairedCounts& whole) {
  std::vector<core::PairedCounts> scrapes;
  core::PairedCounts sum;
  for (std::size_t i = 0; i < canary.size(); ++i) {
    sum += scrapes.emplace_back(CombineSlice(canary[i], baseline[i], pairing));
  }
  return sum == whole ? scrapes : std::vector<core::PairedCounts>();
}

// Scores are bet on by block.
std::size_t ScrapesIn(const BlockBounds& block, PartKind part) {
  return IsScores(part) ? 0 : block.scrapes();
}

core::Counts Certain(const TrackCount& baseline, const Pairing& pairing) {
  return baseline.noted ? core::Counts{} : CombineSlice({}, baseline, pairing).baseline;
}

}  // namespace

BlockAssembly::BlockAssembly(const FetchPlan& plan, const SampleStore& store,
                             const std::vector<Estimates>& estimates, Notes& notes)
    : plan_(plan),
      estimates_(estimates),
      notes_(notes),
      targets_(store.targets),
      same_targets_(store.targets) {
  for (const ObjectiveFetch& objective : plan.objectives) {
    ObjectiveUses& uses = uses_.emplace_back();
    if (const auto* counted = std::get_if<CountedObjective>(&objective)) {
      uses.canary = UsesOf(*counted, counted->canary, store);
      uses.baseline = UsesOf(*counted, counted->baseline, store);
      uses.shapes.emplace(*counted, store);
      uses.overlap.emplace(plan, *counted, store);
    }
  }
}

core::ObjectiveBlock BlockAssembly::Count(std::size_t objective, const BlockBounds& block) {
  if (const auto* estimated = std::get_if<EstimatedObjective>(&plan_.objectives[objective])) {
    return CountEstimated(*estimated, block.end);
  }
  const auto& counted = std::get<CountedObjective>(plan_.objectives[objective]);
  const core::Slices& slices = counted.slices;
  const ObjectiveUses& uses = uses_[objective];
  std::string odd;
  const auto sum_up = [&](const std::vector<SeriesUse>& of_track,
                          std::vector<TrackCount>& scrapes) {
    const std::vector<CountedUse> track = CountUses(counted, of_track, block);
    if (odd.empty()) odd = OddWords(track, counted.part);
    for (std::size_t i = 0; i < ScrapesIn(block, counted.part); ++i) {
      scrapes.push_back(SumUp(slices, OfScrape(track, i)).whole);
    }
    return SumUp(slices, track);
  };
  std::vector<TrackCount> canary_scrapes;
  std::vector<TrackCount> baseline_scrapes;
  const TrackSums canary = sum_up(uses.canary, canary_scrapes);
  const TrackSums baseline = sum_up(uses.baseline, baseline_scrapes);
  const Pairing pairing{counted.part, counted.title};
  core::ObjectiveBlock result = Combine(canary.whole, baseline.whole, pairing, notes_);
  result.words = WordsOf(counted, canary.whole, baseline.whole, result, odd);
  doubtful_ = doubtful_ || Doubtful(result.problem);
  AddCohorts(counted, canary, baseline, result);
  for (std::size_t i = 0; i < slices.bounds.size(); ++i) {
    result.bounds.push_back(
        CombineBound(canary.whole, canary.bounds[i], baseline.whole, baseline.bounds[i]));
  }
  CompareTracks(uses, block, result);
  if (result.problem == CountProblem::kNone && !result.noted) {
    result.scrapes = Paired(canary_scrapes, baseline_scrapes, pairing, result.counts);
  }
  return result;
}

void BlockAssembly::CompareTracks(const ObjectiveUses& uses, const BlockBounds& block,
                                  core::ObjectiveBlock& result) {
  if (Doubtful(result.problem)) return;
  const auto replace = [&](CountProblem problem, std::string words) {
    if (words.empty()) return false;
    result.problem = problem;
    result.words = std::move(words);
    result.counts = {};
    return true;
  };
  if (replace(CountProblem::kTracksOverlap, uses.overlap->Within(block))) return;
  replace(CountProblem::kShapesDiffer, uses.shapes->Difference(block));
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
  const auto sum_up = [&](const std::vector<CountedUse>& counted, BaselineBlock& sums) {
    sums.counts = Certain(SumUp({}, counted).whole, pairing);
    for (const auto& [pod, count] : SumUpBy({"pod", "instance"}, counted)) {
      sums.pods.emplace(pod, Certain(count, pairing));
    }
  };
  const auto counted = CountUses(objectives, uses_[objective].baseline, block);
  sum_up(counted, result);
  result.scrapes.resize(ScrapesIn(block, objectives.part));
  for (std::size_t i = 0; i < result.scrapes.size(); ++i) {
    // Most of a young service's history is empty.
    if (result.counts.total > 0) sum_up(OfScrape(counted, i), result.scrapes[i]);
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
        {&use, CountSeries(samples, target, targets_, block, ValuesOf(objective.part, use.role)),
         target.target});
  }
  DropDoubles(same_targets_, block, counted, notes_);
  for (const CountedUse& one : counted) {
    doubtful_ = doubtful_ || one.count.problem != CountProblem::kNone;
    Remark(one.count, one.use->series->first, notes_);
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
