// Remarks for people, gathered while counting.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "adapters/prometheus/evidence/fetch_plan.h"
#include "slogate/core/observations.h"

namespace slogate::adapters::prometheus {

// However much there is to say, the result stays short: one line a remark, with an example.
class Notes {
 public:
  void Add(const std::string& remark) { Add(remark, {}); }
  // `example` names what the remark is about, such as a series.
  void Add(const std::string& remark, const std::string& example);

  std::vector<std::string> Lines() const;

 private:
  std::map<std::string, std::set<std::string>> remarks_;
  std::size_t left_out_ = 0;
};

// From one track's sums to the counts of both tracks: what can be, and what is a reason instead.

// What the series of one track, or of a slice of it, add up to in one block.
struct TrackCount {
  double total = 0;
  double part = 0;
  double squares = 0;    // kScores: of the scores; kScoreBuckets: of the badness, at most
  int total_series = 0;  // that were scraped in the block
  int part_series = 0;
  int squares_series = 0;
  bool squares_unsound = false;  // some of them held no number
  bool noted = false;
  core::CountProblem problem = core::CountProblem::kNone;
};

// Events at or below one bucket bound.
struct BoundCount {
  double count = 0;
  int series = 0;
  bool unsound = false;
};

inline void KeepFirst(core::CountProblem problem, core::CountProblem& first) {
  if (first == core::CountProblem::kNone) first = problem;
}

struct Pairing {
  PartKind part = PartKind::kBad;
  std::string title;
};

// Pure. Counts that cannot be (bad > total, a negative good count, scores above 1) are
// kInconsistent. A total that no track has is kNoSeries, and so is a part whose absence means a
// wrong selector or bound rather than no events: it must not make every event bad. When one track
// alone lacks such a part it is kShapesDiffer. Squares that are missing or cannot be are left out
// of the counts, with a note.
core::ObjectiveBlock Combine(const TrackCount& canary, const TrackCount& baseline,
                             const Pairing& pairing, Notes& notes);

// The same of a slice: no counts in either track where Combine gives a reason. Good events that one
// track's slice lacks are none: that they are counted at all shows in the whole.
core::PairedCounts CombineSlice(const TrackCount& canary, const TrackCount& baseline,
                                const Pairing& pairing);

// Events above a bound. No counts in either track unless every series of the total has that bound,
// or when the counts cannot be.
core::PairedCounts CombineBound(const TrackCount& canary, const BoundCount& canary_bound,
                                const TrackCount& baseline, const BoundCount& baseline_bound);

}  // namespace slogate::adapters::prometheus
