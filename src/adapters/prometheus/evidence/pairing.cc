#include "adapters/prometheus/evidence/pairing.h"

#include <algorithm>
#include <cmath>

namespace slogate::adapters::prometheus {
namespace {

constexpr std::size_t kMaxRemarks = 20;
constexpr std::size_t kMaxExamples = 1000;

using core::CountProblem;

// Sums of fractions are rounded: by this share of the events at most, as long as a counter stays
// below some hundred million.
constexpr double kRounding = 1e-9;
constexpr double kSquaresRounding = 1e-6;

struct Missing {
  const char* why = nullptr;  // nullptr: nothing is
  CountProblem problem = CountProblem::kNoSeries;
};

// Why the part's absence is no count.
Missing WhyMissing(const TrackCount& canary, const TrackCount& baseline, PartKind part) {
  const auto none = [](const TrackCount& track) {
    return track.total_series > 0 && track.part_series == 0;
  };
  const auto lacks = [&](const TrackCount& track) { return none(track) && track.total > 0; };
  const auto differs = [](const TrackCount& track) {
    return track.part_series != track.total_series;
  };
  const bool other_has = canary.part_series + baseline.part_series > 0;
  switch (part) {
    case PartKind::kBad:
      return {};
    case PartKind::kGood:
      if (!lacks(canary) && !lacks(baseline)) return {};
      if (!other_has) return {"no series of either track counts good events"};
      return {"no series of one track counts good events", CountProblem::kShapesDiffer};
    case PartKind::kBucket:
      if (!differs(canary) && !differs(baseline)) return {};
      return {"series of a histogram lack the threshold's bucket",
              (none(canary) && !differs(baseline)) || (none(baseline) && !differs(canary))
                  ? CountProblem::kShapesDiffer
                  : CountProblem::kNoSeries};
    case PartKind::kScores:
    case PartKind::kScoreBuckets:
      if (!lacks(canary) && !lacks(baseline)) return {};
      return {"no series of a track sums its scores",
              other_has ? CountProblem::kShapesDiffer : CountProblem::kNoSeries};
  }
  return {};
}

double SquaresOf(const TrackCount& track, PartKind part, double bad, bool& misfit) {
  if (track.squares_series == 0 || track.squares_unsound || !(track.total > 0)) return 0;
  const double least = bad * bad / track.total;
  if (part == PartKind::kScoreBuckets) {
    return track.squares_series == track.total_series ? std::clamp(track.squares, least, bad) : 0;
  }
  const double squares = track.total - 2 * track.part + track.squares;
  const double rounding = kSquaresRounding * track.total;
  if (!(squares >= least - rounding && squares <= bad + rounding)) misfit = true;
  return std::clamp(squares, least, bad);
}

core::Counts CountsOf(const TrackCount& track, PartKind part, bool& misfit) {
  core::Counts counts{track.total, part == PartKind::kBad ? track.part : track.total - track.part,
                      0};
  if (!IsScores(part)) return counts;
  if (counts.bad < 0 && counts.bad >= -kRounding * counts.total) counts.bad = 0;
  if (counts.bad >= 0) counts.squares = SquaresOf(track, part, counts.bad, misfit);
  return counts;
}

bool Sound(const core::Counts& counts) {
  return std::isfinite(counts.total) && counts.bad >= 0 && counts.bad <= counts.total;
}

const char* WhyInconsistent(PartKind part) {
  if (part == PartKind::kBad) return "more bad events than events";
  return IsScores(part) ? "scores add up to more than their number; a score is at most 1"
                        : "more good events than events";
}

}  // namespace

void Notes::Add(const std::string& remark, const std::string& example) {
  auto found = remarks_.find(remark);
  if (found == remarks_.end()) {
    if (remarks_.size() >= kMaxRemarks) {
      ++left_out_;
      return;
    }
    found = remarks_.emplace(remark, std::set<std::string>()).first;
  }
  if (!example.empty() && found->second.size() < kMaxExamples) found->second.insert(example);
}

std::vector<std::string> Notes::Lines() const {
  std::vector<std::string> lines;
  for (const auto& [remark, examples] : remarks_) {
    std::string line = remark;
    if (!examples.empty()) line += ": " + *examples.begin();
    if (examples.size() > 1) line += " and " + std::to_string(examples.size() - 1) + " more";
    lines.push_back(std::move(line));
  }
  if (left_out_ > 0) lines.push_back("and " + std::to_string(left_out_) + " other remarks");
  return lines;
}

namespace {

enum class Extent { kWhole, kSlice };

core::ObjectiveBlock CombineAs(Extent extent, const TrackCount& canary, const TrackCount& baseline,
                               const Pairing& pairing, Notes& notes) {
  core::ObjectiveBlock block;
  block.noted = canary.noted || baseline.noted;
  block.problem = canary.problem;
  KeepFirst(baseline.problem, block.problem);
  if (block.problem != CountProblem::kNone) return block;
  const bool no_total = canary.total_series + baseline.total_series == 0;
  Missing missing = WhyMissing(canary, baseline, pairing.part);
  if (no_total) missing = {"no series of either track was scraped in a block"};
  const bool of_good =
      pairing.part == PartKind::kGood && missing.problem == CountProblem::kShapesDiffer;
  if (missing.why != nullptr && !(of_good && extent == Extent::kSlice)) {
    notes.Add(missing.why, pairing.title);
    block.problem = missing.problem;
    return block;
  }
  bool misfit = false;
  core::PairedCounts counts{CountsOf(canary, pairing.part, misfit),
                            CountsOf(baseline, pairing.part, misfit)};
  if (!Sound(counts.canary) || !Sound(counts.baseline)) {
    notes.Add(WhyInconsistent(pairing.part), pairing.title);
    block.problem = CountProblem::kInconsistent;
    block.words = WhyInconsistent(pairing.part);
    return block;
  }
  if (misfit) {
    notes.Add("squares do not fit the scores and are not used", pairing.title);
    counts.canary.squares = counts.baseline.squares = 0;
  }
  block.counts = counts;
  block.no_bad_series =
      pairing.part == PartKind::kBad && canary.total_series > 0 && canary.part_series == 0;
  return block;
}

}  // namespace

core::ObjectiveBlock Combine(const TrackCount& canary, const TrackCount& baseline,
                             const Pairing& pairing, Notes& notes) {
  return CombineAs(Extent::kWhole, canary, baseline, pairing, notes);
}

core::PairedCounts CombineSlice(const TrackCount& canary, const TrackCount& baseline,
                                const Pairing& pairing) {
  Notes unread;
  return CombineAs(Extent::kSlice, canary, baseline, pairing, unread).counts;
}

core::PairedCounts CombineBound(const TrackCount& canary, const BoundCount& canary_bound,
                                const TrackCount& baseline, const BoundCount& baseline_bound) {
  const auto sound = [](const TrackCount& track, const BoundCount& bound) {
    return track.problem == CountProblem::kNone && !bound.unsound &&
           bound.series == track.total_series && bound.count <= track.total;
  };
  if (!sound(canary, canary_bound) || !sound(baseline, baseline_bound)) return {};
  return {{canary.total, canary.total - canary_bound.count, 0},
          {baseline.total, baseline.total - baseline_bound.count, 0}};
}

}  // namespace slogate::adapters::prometheus
