#include "adapters/prometheus/evidence/track_shapes.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace slogate::adapters::prometheus {
namespace {

constexpr std::size_t kMostLabels = 32;
constexpr std::size_t kMostNamed = 3;

bool Scraped(const SeriesMap::value_type& series, const BlockBounds& block) {
  return AnyWithin(series.second, block.begin + core::Duration(1), block.end);
}

std::string Listed(const std::set<std::string>& names) {
  std::string list;
  std::size_t named = 0;
  for (const std::string& name : names) {
    if (++named > kMostNamed)
      return list + " and " + std::to_string(names.size() - kMostNamed) + " more";
    list += (list.empty() ? "" : ", ") + Shorten(name);
  }
  return list;
}

std::vector<const SeriesMap::value_type*> Accepted(const SeriesFilter& filter,
                                                   const SampleStore& store) {
  std::vector<const SeriesMap::value_type*> series;
  for (const SeriesMap::value_type& one : store.fetched[filter.fetch]) {
    if (filter.Accepts(one.first)) series.push_back(&one);
  }
  return series;
}

}  // namespace

TrackShapes::TrackShapes(const CountedObjective& objective, const SampleStore& store)
    : objective_(objective),
      canary_(LabelledOf(objective.canary, store)),
      baseline_(LabelledOf(objective.baseline, store)) {
  const auto lacks = [&](const Labelled& one) { return one.labels != (1ULL << Compared()) - 1; };
  all_labelled_ = std::ranges::none_of(canary_, lacks) && std::ranges::none_of(baseline_, lacks);
}

std::size_t TrackShapes::Compared() const {
  return std::min(objective_.labels.size(), kMostLabels);
}

std::vector<TrackShapes::Labelled> TrackShapes::LabelledOf(const CountedTrack& track,
                                                           const SampleStore& store) const {
  std::vector<Labelled> labelled;
  if (objective_.labels.empty() || !track.labelled) return labelled;
  for (const SeriesMap::value_type* series : Accepted(*track.labelled, store)) {
    Labelled& one = labelled.emplace_back();
    one.series = series;
    for (std::size_t i = 0; i < Compared(); ++i) {
      if (!ValueOf(series->first, objective_.labels[i]).empty()) one.labels |= 1U << i;
    }
  }
  return labelled;
}

TrackShapes::Seen TrackShapes::Within(const std::vector<Labelled>& track,
                                      const BlockBounds& block) {
  Seen seen;
  for (const Labelled& one : track) {
    if (!Scraped(*one.series, block)) continue;
    seen.by_all = seen.any ? seen.by_all & one.labels : one.labels;
    seen.by_some |= one.labels;
    seen.any = true;
  }
  return seen;
}

std::string TrackShapes::Difference(const BlockBounds& block) const {
  if (all_labelled_) return "";
  const Seen canary = Within(canary_, block);
  const Seen baseline = Within(baseline_, block);
  if (!canary.any || !baseline.any) return "";
  if (const std::uint32_t lost = baseline.by_all & ~canary.by_some; lost != 0) {
    return Words(lost, true, block);
  }
  const std::uint32_t gained = canary.by_all & ~baseline.by_some;
  return gained == 0 ? "" : Words(gained, false, block);
}

std::string TrackShapes::Words(std::uint32_t renamed, bool canary_lacks,
                               const BlockBounds& block) const {
  std::set<std::string> names;
  for (std::size_t i = 0; i < Compared(); ++i) {
    if ((renamed >> i & 1U) != 0) names.insert(objective_.labels[i]);
  }
  const auto labels_of = [&](const std::vector<Labelled>& track) {
    std::set<std::string> labels;
    for (const Labelled& one : track) {
      if (!Scraped(*one.series, block)) continue;
      for (const auto& [name, value] : one.series->first) labels.insert(name);
    }
    return labels;
  };
  const std::set<std::string> lacking = labels_of(canary_lacks ? canary_ : baseline_);
  const std::set<std::string> having = labels_of(canary_lacks ? baseline_ : canary_);
  std::set<std::string> instead;
  std::ranges::set_difference(lacking, having, std::inserter(instead, instead.begin()));
  const std::string metric =
      Shorten(objective_.canary.labelled ? objective_.canary.labelled->metric : objective_.title);
  const std::string lacks = canary_lacks ? "canary" : "baseline";
  return "no series " + metric + " of the " + lacks + " has the label " + Listed(names) +
         ", all of the " + (canary_lacks ? "baseline" : "canary") + " do" +
         (instead.empty() ? "" : "; the " + lacks + " has " + Listed(instead) + " instead") +
         ": give both tracks the same labels, in the service or by relabelling, or judge this "
         "release by hand";
}

TracksOverlap::TracksOverlap(const FetchPlan& plan, const CountedObjective& objective,
                             const SampleStore& store)
    : fix_(plan.overlap_fix) {
  if (fix_.empty()) return;
  const auto earlier = [](const auto* a, const auto* b) { return a->first < b->first; };
  std::ranges::set_intersection(Accepted(objective.canary.total, store),
                                Accepted(objective.baseline.total, store),
                                std::back_inserter(shared_), earlier);
}

std::string TracksOverlap::Within(const BlockBounds& block) const {
  const Labels* example = nullptr;
  std::size_t series = 0;
  for (const SeriesMap::value_type* one : shared_) {
    if (!Scraped(*one, block)) continue;
    if (series++ == 0) example = &one->first;
  }
  return example == nullptr ? "" : OverlapWords(series, *example, fix_);
}

std::string OverlapWords(std::size_t series, const Labels& example, const std::string& fix) {
  const std::string more = series > 1 ? " and " + std::to_string(series - 1) + " more" : "";
  return "both tracks select " + Describe(example) + more + ": " + fix;
}

}  // namespace slogate::adapters::prometheus
