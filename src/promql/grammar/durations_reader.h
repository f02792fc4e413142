// Durations within a query: of ranges, subqueries and offsets. Prometheus 3.16 computes with them.
#pragma once

#include "promql/grammar/token_walk.h"

namespace slogate::promql {

struct DurationRead {
  bool literal = false;  // false: computed, its value is known when the query runs
  double seconds = 0;
};

// What [ ] holds, up to and with the closing bracket.
struct RangeRead {
  bool subquery = false;
};
// Reads it behind the opening bracket. No value: the walk has a problem.
std::optional<RangeRead> ReadRange(TokenWalk& walk);

// Reads what stands behind the word offset.
std::optional<DurationRead> ReadOffset(TokenWalk& walk);

}  // namespace slogate::promql
