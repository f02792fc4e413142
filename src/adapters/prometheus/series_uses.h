// Which of the series read count for what in one arm of one objective.
#pragma once

#include <optional>
#include <vector>

#include "adapters/prometheus/fetch_plan.h"
#include "adapters/prometheus/sample_store.h"
#include "adapters/prometheus/samples.h"

namespace slogate::adapters::prometheus {

enum class Role { kTotal, kPart, kSquares, kBucket };

// A series with two roles has two uses.
struct SeriesUse {
  const SeriesMap::value_type* series = nullptr;
  Role role = Role::kTotal;
  double bound = 0;                   // kBucket
  std::optional<std::size_t> slot;    // kBucket: index into Slices::bounds
  std::size_t histogram = 0;          // kScoreBuckets: the series that differ only in `le`
  std::optional<std::size_t> cohort;  // index into Slices::cohorts
};

// Found once for all blocks of a piece; refers to the store. Of kScoreBuckets the uses of a
// histogram stand together, its buckets ascending by bound; buckets that nothing asks for, and
// +Inf, which repeats the total, are left out.
std::vector<SeriesUse> UsesOf(const CountedObjective& objective, const CountedArm& arm,
                              const SampleStore& store);

}  // namespace slogate::adapters::prometheus
