// How many events one series of a counter saw in one block: the heart of exact counting.
#pragma once

#include "adapters/prometheus/samples.h"
#include "adapters/prometheus/target_index.h"
#include "slogate/core/observations.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// A sample, an `up` or a start time older than this before the block is forgotten. The count of a
// block is a function of [block's begin - kLongestGap, block's end] alone, so reading block by
// block and replaying many blocks give the same numbers.
inline constexpr core::Duration kLongestGap = std::chrono::minutes(5);

// The block is (begin, end].
struct BlockBounds {
  core::TimePoint begin{};
  core::TimePoint end{};
};

// What a counter can hold: events, or sums of fractions.
enum class Values { kWhole, kReal };

struct SeriesCount {
  double count = 0;
  bool seen = false;            // a sample lies in the block
  bool unknown_origin = false;  // a first value that may be older than the block was left out
  bool not_monotone = false;    // the counter fell although its process did not restart
  bool start_unknown = false;   // no start time: a restart shows only when the counter falls
  core::CountProblem problem = core::CountProblem::kNone;  // kNotANumber, kInfinite, kInconsistent
};

// Pure. `samples` may reach beyond the block on both sides.
SeriesCount CountSeries(const Samples& samples, const TargetFacts& target,
                        const TargetIndex& targets, const BlockBounds& block,
                        Values values = Values::kWhole);

}  // namespace slogate::adapters::prometheus
