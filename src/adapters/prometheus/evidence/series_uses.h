// Which of the series read count for what in one track of one objective.
#pragma once

#include <optional>
#include <vector>

#include "adapters/prometheus/api/reply.h"
#include "adapters/prometheus/evidence/fetch_plan.h"
#include "adapters/prometheus/evidence/sample_store.h"

namespace slogate::adapters::prometheus {

enum class Role { kTotal, kPart, kSquares, kBucket };

// A series with two roles has two uses.
struct SeriesUse {
  const SeriesMap::value_type* series = nullptr;
  Role role = Role::kTotal;
  double bound = 0;                   // kBucket
  std::optional<std::size_t> key;     // kBucket: index into Slices::bounds
  std::size_t histogram = 0;          // kScoreBuckets: the series that differ only in `le`
  std::optional<std::size_t> cohort;  // index into Slices::cohorts
};

// Found once for all blocks of a chunk; refers to the store. Of kScoreBuckets the uses of a
// histogram stand together, its buckets ascending by bound; buckets that nothing asks for, and
// +Inf, which repeats the total, are left out.
std::vector<SeriesUse> UsesOf(const CountedObjective& objective, const CountedTrack& track,
                              const SampleStore& store);

}  // namespace slogate::adapters::prometheus
