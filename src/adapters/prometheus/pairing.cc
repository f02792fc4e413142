#include "adapters/prometheus/pairing.h"

#include <algorithm>
#include <cmath>

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

// Sums of fractions are rounded: by this share of the events at most, as long as a counter stays
// below some hundred million.
constexpr double kRounding = 1e-9;
constexpr double kSquaresRounding = 1e-6;

bool IsScores(PartKind part) {
  switch (part) {
    case PartKind::kBad:
    case PartKind::kGood:
    case PartKind::kBucket:
      return false;
    case PartKind::kScores:
    case PartKind::kScoreBuckets:
      return true;
  }
  return false;
}

// Why the part's absence is no count; nullptr when it is one.
const char* WhyMissing(const ArmCount& canary, const ArmCount& baseline, PartKind part) {
  const auto lacks = [](const ArmCount& arm) { return arm.total > 0 && arm.part_series == 0; };
  const auto differs = [](const ArmCount& arm) { return arm.part_series != arm.total_series; };
  switch (part) {
    case PartKind::kBad:
      return nullptr;
    case PartKind::kGood:
      return (lacks(canary) || lacks(baseline)) && canary.part_series + baseline.part_series == 0
                 ? "no series of either arm counts good events"
                 : nullptr;
    case PartKind::kBucket:
      return differs(canary) || differs(baseline)
                 ? "series of a histogram lack the threshold's bucket"
                 : nullptr;
    case PartKind::kScores:
    case PartKind::kScoreBuckets:
      return lacks(canary) || lacks(baseline) ? "no series of an arm sums its scores" : nullptr;
  }
  return nullptr;
}

double SquaresOf(const ArmCount& arm, PartKind part, double bad, bool& misfit) {
  if (arm.squares_series == 0 || arm.squares_unsound || !(arm.total > 0)) return 0;
  const double least = bad * bad / arm.total;
  if (part == PartKind::kScoreBuckets) {
    return arm.squares_series == arm.total_series ? std::clamp(arm.squares, least, bad) : 0;
  }
  const double squares = arm.total - 2 * arm.part + arm.squares;
  const double rounding = kSquaresRounding * arm.total;
  if (!(squares >= least - rounding && squares <= bad + rounding)) misfit = true;
  return std::clamp(squares, least, bad);
}

core::Counts CountsOf(const ArmCount& arm, PartKind part, bool& misfit) {
  core::Counts counts{arm.total, part == PartKind::kBad ? arm.part : arm.total - arm.part, 0};
  if (!IsScores(part)) return counts;
  if (counts.bad < 0 && counts.bad >= -kRounding * counts.total) counts.bad = 0;
  if (counts.bad >= 0) counts.squares = SquaresOf(arm, part, counts.bad, misfit);
  return counts;
}

bool Sound(const core::Counts& counts) {
  return std::isfinite(counts.total) && counts.bad >= 0 && counts.bad <= counts.total;
}

const char* WhyInconsistent(PartKind part) {
  switch (part) {
    case PartKind::kBad:
      return "more bad events than events";
    case PartKind::kGood:
    case PartKind::kBucket:
      return "more good events than events";
    case PartKind::kScores:
    case PartKind::kScoreBuckets:
      return "scores add up to more than their number; a score is at most 1";
  }
  return "";
}

CountProblem FirstOf(CountProblem first, CountProblem second) {
  return first == CountProblem::kNone ? second : first;
}

}  // namespace

core::ObjectiveBlock Combine(const ArmCount& canary, const ArmCount& baseline,
                             const Pairing& pairing, Notes& notes) {
  core::ObjectiveBlock block;
  block.noted = canary.noted || baseline.noted;
  block.problem = FirstOf(canary.problem, baseline.problem);
  if (block.problem != CountProblem::kNone) return block;
  const bool no_total = canary.total_series + baseline.total_series == 0;
  const char* missing = no_total ? "no series of either arm was scraped in a block"
                                 : WhyMissing(canary, baseline, pairing.part);
  if (missing != nullptr) {
    notes.Add(missing, pairing.title);
    block.problem = CountProblem::kNoSeries;
    return block;
  }
  bool misfit = false;
  core::PairedCounts counts{CountsOf(canary, pairing.part, misfit),
                            CountsOf(baseline, pairing.part, misfit)};
  if (!Sound(counts.canary) || !Sound(counts.baseline)) {
    notes.Add(WhyInconsistent(pairing.part), pairing.title);
    block.problem = CountProblem::kInconsistent;
    return block;
  }
  if (misfit) {
    notes.Add("squares do not fit the scores and are not used", pairing.title);
    counts.canary.squares = counts.baseline.squares = 0;
  }
  block.counts = counts;
  return block;
}

core::PairedCounts CombineSlice(const ArmCount& canary, const ArmCount& baseline,
                                const Pairing& pairing) {
  Notes unread;
  return Combine(canary, baseline, pairing, unread).counts;
}

core::PairedCounts CombineBound(const ArmCount& canary, const BoundCount& canary_bound,
                                const ArmCount& baseline, const BoundCount& baseline_bound) {
  const auto sound = [](const ArmCount& arm, const BoundCount& bound) {
    return arm.problem == CountProblem::kNone && !bound.unsound &&
           bound.series == arm.total_series && bound.count <= arm.total;
  };
  if (!sound(canary, canary_bound) || !sound(baseline, baseline_bound)) return {};
  return {{canary.total, canary.total - canary_bound.count, 0},
          {baseline.total, baseline.total - baseline_bound.count, 0}};
}

}  // namespace slogate::adapters::prometheus
