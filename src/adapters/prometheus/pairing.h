// From one arm's sums to the counts of both arms: what can be, and what is a reason instead.
#pragma once

#include <string>

#include "adapters/prometheus/fetch_plan.h"
#include "adapters/prometheus/notes.h"
#include "slogate/core/observations.h"

namespace slogate::adapters::prometheus {

// What the series of one arm, or of a slice of it, add up to in one block.
struct ArmCount {
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

struct Pairing {
  PartKind part = PartKind::kBad;
  std::string title;
};

// Pure. Counts that cannot be (bad > total, a negative good count, scores above 1) are
// kInconsistent. A total that no arm has is kNoSeries, and so is a part whose absence means a wrong
// selector or bound rather than no events: it must not make every event bad. Squares that are
// missing or cannot be are left out of the counts, with a note.
core::ObjectiveBlock Combine(const ArmCount& canary, const ArmCount& baseline,
                             const Pairing& pairing, Notes& notes);

// The same of a slice: no counts in either arm where Combine gives a reason.
core::PairedCounts CombineSlice(const ArmCount& canary, const ArmCount& baseline,
                                const Pairing& pairing);

// Events above a bound. No counts in either arm unless every series of the total has that bound,
// or when the counts cannot be.
core::PairedCounts CombineBound(const ArmCount& canary, const BoundCount& canary_bound,
                                const ArmCount& baseline, const BoundCount& baseline_bound);

}  // namespace slogate::adapters::prometheus
