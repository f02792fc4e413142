// The series of one track, counted in one block and added up.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "adapters/prometheus/evidence/pairing.h"
#include "adapters/prometheus/evidence/series_counter.h"
#include "adapters/prometheus/evidence/series_uses.h"

namespace slogate::adapters::prometheus {

// What one series adds in one block.
struct CountedUse {
  const SeriesUse* use = nullptr;
  SeriesCount count;
};

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

// Pure. Puts one use with role kSquares in the place of every histogram's buckets. `squares` gives
// room to the new uses and must live as long as the result.
std::vector<CountedUse> WithSquares(const std::vector<CountedUse>& counted,
                                    std::vector<SeriesUse>& squares);

}  // namespace slogate::adapters::prometheus
