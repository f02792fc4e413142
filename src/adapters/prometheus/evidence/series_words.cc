#include "adapters/prometheus/evidence/series_words.h"

#include <cmath>
#include <cstdio>

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

std::string SampleText(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.6g", value);
  return text;
}

std::string OddValue(const Labels& labels, const SeriesCount& count) {
  const std::string holds = Describe(labels) + " holds ";
  switch (count.problem) {
    case CountProblem::kNotANumber:
      return holds + "NaN, which no counter of events does: use the counter itself, not a ratio";
    case CountProblem::kInfinite:
      return holds +
             "an infinite value, which no counter of events does: use the counter itself, "
             "not a ratio";
    case CountProblem::kInconsistent:
      return holds + SampleText(count.odd_value) +
             (count.odd_value < 0 ? ", and a counter is never negative"
                                  : ", and a counter of events holds whole numbers") +
             ": it is a rate or a gauge; use the counter that it is made from, or an indicator "
             "promql with the number of events in {{.window}}";
    case CountProblem::kNone:
    case CountProblem::kNoSeries:
    case CountProblem::kSeveralSeries:
    case CountProblem::kShapesDiffer:
    case CountProblem::kTracksOverlap:
      break;
  }
  return "";
}

std::string Fallen(const Labels& labels, const SeriesCount& count) {
  return Describe(labels) + " fell from " + SampleText(count.fell_from) + " to " +
         SampleText(count.fell_to) +
         " although its process did not restart: it is a gauge, or two processes or replicas of "
         "Prometheus are behind one series";
}

// "the canary", "the baseline" or "either track".
std::string Whom(bool canary, bool baseline) {
  if (canary && baseline) return "either track";
  return canary ? "the canary" : "the baseline";
}

std::string SelectorTexts(const std::string& canary, const std::string& baseline, bool of_canary,
                          bool of_baseline) {
  if (of_canary && of_baseline && canary != baseline) return canary + ", " + baseline;
  return of_canary ? canary : baseline;
}

// Who lacks series, and the selector that found none.
std::string WithoutSeries(const char* what, const std::string& canary_text,
                          const std::string& baseline_text, bool canary, bool baseline) {
  return std::string("no series") + what + " of " + Whom(canary, baseline) + ": " +
         SelectorTexts(canary_text, baseline_text, canary, baseline);
}

std::string WithoutPart(const CountedObjective& objective, const TrackCount& canary,
                        const TrackCount& baseline) {
  const bool of_canary = canary.part_series < canary.total_series;
  const bool of_baseline = baseline.part_series < baseline.total_series;
  const char* what = " of good events";
  if (objective.part == PartKind::kBucket) what = " of the threshold's bucket";
  if (IsScores(objective.part)) what = " of the sum of scores";
  return WithoutSeries(what, objective.canary.part_text, objective.baseline.part_text, of_canary,
                       of_baseline);
}

}  // namespace

std::string OddWords(const std::vector<CountedUse>& counted, PartKind part) {
  const CountedUse* fallen = nullptr;
  for (const CountedUse& one : counted) {
    // Squares are made of buckets, whose values are not at hand.
    const bool made = part == PartKind::kScoreBuckets && one.use->role == Role::kSquares;
    if (made) continue;
    if (one.count.problem != CountProblem::kNone)
      return OddValue(one.use->series->first, one.count);
    if (fallen == nullptr && one.count.not_monotone) fallen = &one;
  }
  return fallen == nullptr ? "" : Fallen(fallen->use->series->first, fallen->count);
}

std::string WordsOf(const CountedObjective& objective, const TrackCount& canary,
                    const TrackCount& baseline, const core::ObjectiveBlock& block,
                    const std::string& odd) {
  const bool no_canary = canary.total_series == 0;
  const bool no_baseline = baseline.total_series == 0;
  switch (block.problem) {
    case CountProblem::kNotANumber:
    case CountProblem::kInfinite:
    case CountProblem::kSeveralSeries:
      return odd;
    case CountProblem::kInconsistent:
      if (block.words.empty()) return odd;
      return block.words + ": " + objective.canary.part_text + " against " +
             objective.canary.total_text + "; the one has to be a part of the other";
    case CountProblem::kShapesDiffer:
      return WithoutPart(objective, canary, baseline) +
             "; the other track has some. Give both tracks the same metrics, labels and buckets, "
             "or "
             "judge this release by hand";
    case CountProblem::kTracksOverlap:
      return block.words;
    case CountProblem::kNoSeries:
      if (!no_canary && !no_baseline) return WithoutPart(objective, canary, baseline);
      break;
    case CountProblem::kNone:
      break;
  }
  if (no_canary || no_baseline) {
    return WithoutSeries("", objective.canary.total_text, objective.baseline.total_text, no_canary,
                         no_baseline) +
           "; check that these pods are scraped and that their series have these labels";
  }
  if (block.noted) return odd;
  if (block.no_bad_series) return "the canary has no series " + objective.canary.part_text;
  return "";
}

}  // namespace slogate::adapters::prometheus
