// What to ask Prometheus for, and which answer belongs to which part of which objective.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "adapters/prometheus/api/reply.h"
#include "adapters/prometheus/sharing/series_query.h"
#include "slogate/core/decide.h"
#include "slogate/core/policy.h"

namespace slogate::adapters::prometheus {

// The series of one fetch that count for one purpose. Only what Prometheus was not asked to sort
// out is checked here: the name, = and != matchers and the bucket bound. Regular expressions are
// always Prometheus' own.
struct SeriesFilter {
  std::size_t fetch = 0;  // index into FetchPlan::fetches
  std::string metric;
  std::vector<core::LabelMatcher> matchers;
  std::optional<double> bound;

  bool Accepts(const Labels& labels) const;
};

// How the part relates to the total.
enum class PartKind {
  kBad,           // bad events; none yet is good news
  kGood,          // good events
  kBucket,        // good events, in the one bucket that each of the total's series comes with
  kScores,        // the sum of the scores; `squares` of their squares
  kScoreBuckets,  // the same of a histogram; `buckets` bound the squares
};

// Sums of scores and of their squares are the only counters of fractions.
inline bool IsScores(PartKind part) {
  return part == PartKind::kScores || part == PartKind::kScoreBuckets;
}

struct CountedTrack {
  SeriesFilter total;
  SeriesFilter part;
  std::optional<SeriesFilter> squares;
  std::optional<SeriesFilter> buckets;   // all of them
  std::optional<SeriesFilter> labelled;  // series, counted or not, with CountedObjective::labels
  std::string total_text;                // the selectors in PromQL, for messages
  std::string part_text;
};

struct EstimatedTrack {
  std::size_t total = 0;  // indices into FetchPlan::expressions
  std::size_t part = 0;
};

struct CountedObjective {
  CountedTrack canary;
  CountedTrack baseline;
  PartKind part = PartKind::kBad;
  std::optional<double> bound;      // of kBucket
  std::vector<std::string> labels;  // that tell the part from the rest of the total, by name
  core::Slices slices;
  std::string title;  // the total's metric, for messages
};

struct EstimatedObjective {
  EstimatedTrack canary;
  EstimatedTrack baseline;
  bool part_is_good = false;
};

using ObjectiveFetch = std::variant<CountedObjective, EstimatedObjective>;

struct FetchPlan {
  std::vector<SeriesQuery> fetches;      // to read raw samples of
  std::vector<std::string> expressions;  // filled-in PromQL, evaluated at each block's end
  std::vector<ObjectiveFetch> objectives;
  std::string overlap_fix;  // ends the message about series of both tracks; empty: there are none
};

// Pure. Whether a series could meet the matchers of both tracks. Equal matchers are a comparison of
// a track with itself, and no overlap.
bool MayOverlap(const std::vector<core::LabelMatcher>& canary,
                const std::vector<core::LabelMatcher>& baseline);

// Both tracks' matchers, and what to do about it.
std::string OverlapFix(const std::vector<core::LabelMatcher>& canary,
                       const std::vector<core::LabelMatcher>& baseline);

// Pure. The counters of an indicator share a fetch when their regular expressions agree; equal
// fetches are made once. Buckets other than a threshold's are read where their counts are wanted.
// kBadQuery for a label name that PromQL does not have.
Answered<FetchPlan> PlanFetches(const core::ReadingPlan& plan);

}  // namespace slogate::adapters::prometheus
