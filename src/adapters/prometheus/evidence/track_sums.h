// Which of the series read count for what, and what they add up to in one block.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/prometheus/api/reply.h"
#include "adapters/prometheus/evidence/chunk_reader.h"
#include "adapters/prometheus/evidence/fetch_plan.h"
#include "adapters/prometheus/evidence/pairing.h"
#include "adapters/prometheus/evidence/same_target.h"
#include "adapters/prometheus/evidence/series_counter.h"
#include "slogate/core/observations.h"

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

// What the counters of this role hold.
Values ValuesOf(PartKind part, Role role);

// The series of one track, counted in one block and added up.

// What one series adds in one block.
struct CountedUse {
  const SeriesUse* use = nullptr;
  SeriesCount count;
  const SeriesMap::value_type* target = nullptr;  // its `up`, if known
};

// Pure. Leaves one of the uses that are the same series of one process, scraped twice in the block:
// the one with most samples in it. Those of a target that took over from another in the block stay.
void DropDoubles(const SameTargets& same, const BlockBounds& block,
                 std::vector<CountedUse>& counted, Notes& notes);

struct TrackSums {
  TrackCount whole;
  std::vector<TrackCount> cohorts;  // as Slices::cohorts
  std::vector<BoundCount> bounds;   // as Slices::bounds
  // Parts were scraped and none carries the cohorts' label: then nothing is known of their parts.
  bool cohorts_unreported = false;
};

// Pure. `counted` are uses scraped in the block, those of kScoreBuckets with their squares in place
// of their buckets.
TrackSums SumUp(const core::Slices& slices, const std::vector<CountedUse>& counted);

// The same by the value of the first of `labels` that a series has; keys refer to its labels.
// Series with none of them go by an empty value.
std::map<std::string_view, TrackCount> SumUpBy(const std::vector<std::string>& labels,
                                               const std::vector<CountedUse>& counted);

// Of one scrape interval of their block: what was odd about the block is odd about each.
std::vector<CountedUse> OfScrape(const std::vector<CountedUse>& counted, std::size_t scrape);

// Pure. Puts one use with role kSquares in the place of every histogram's buckets. `squares` gives
// room to the new uses and must live as long as the result.
std::vector<CountedUse> WithSquares(const std::vector<CountedUse>& counted,
                                    std::vector<SeriesUse>& squares);

}  // namespace slogate::adapters::prometheus
